"""One row of figures for each case: what sums, ratings, reports and dashboards count."""
