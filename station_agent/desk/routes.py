"""Every page of the desk, and which of them need something of their own."""

from runtime.web import login_pages
from runtime.web import slip_pages as verify_pages
from station_agent.desk.answers import pages as answer_pages
from station_agent.desk.answers import photos as photo_pages
from station_agent.desk.circulars import pages as circular_pages
from station_agent.desk.clerks import forgotten, team_pages
from station_agent.desk.clerks import pages as clerk_pages
from station_agent.desk.drafts import copy_pages, version_pages
from station_agent.desk.drafts import pages as draft_pages
from station_agent.desk.followups import corrections, notices, stuck, supplements
from station_agent.desk.intake import advising, agent_pages, handing_in, start, window_pages
from station_agent.desk.intake import pages as intake_pages
from station_agent.desk.letters import pages as letter_pages
from station_agent.desk.line import pages as line_pages
from station_agent.desk.market import batch_handing_in, batch_pages, queue_pages
from station_agent.desk.originals import pages as original_pages
from station_agent.desk.papers import pages as paper_pages
from station_agent.desk.publicity import pages as publicity_pages
from station_agent.desk.rating import pages as rating_pages
from station_agent.desk.shown import marks as mark_pages
from station_agent.desk.shown import pages as shown_pages
from station_agent.desk.slips import pages as slip_pages
from station_agent.desk.today import pages as today_pages
from station_agent.desk.visits import pages as visit_pages
from station_agent.desk.writing import own_words
from station_agent.desk.writing import pages as writing_pages

ROUTES = (
    login_pages.routes,
    clerk_pages.routes,
    team_pages.routes,
    forgotten.routes,
    today_pages.routes,
    draft_pages.routes,
    version_pages.routes,
    copy_pages.routes,
    intake_pages.routes,
    handing_in.routes,
    agent_pages.routes,
    window_pages.routes,
    start.routes,
    advising.routes,
    paper_pages.routes,
    shown_pages.routes,
    mark_pages.routes,
    supplements.routes,
    corrections.routes,
    notices.routes,
    stuck.routes,
    answer_pages.routes,
    photo_pages.routes,
    original_pages.routes,
    rating_pages.routes,
    line_pages.routes,
    slip_pages.routes,
    queue_pages.routes,
    batch_pages.routes,
    batch_handing_in.routes,
    writing_pages.routes,
    own_words.routes,
    publicity_pages.routes,
    visit_pages.routes,
    letter_pages.routes,
    circular_pages.routes,
    verify_pages.routes,
)
IN_PIECES = (paper_pages.START, photo_pages.START, writing_pages.START)
PUBLIC = (
    *("/first", "/situation", forgotten.PATH),
    *(queue_pages.SCREEN, *rating_pages.PUBLIC, own_words.PUBLIC),
)
LONG_FORMS = ("/items/", "/batches/", "/write/")
