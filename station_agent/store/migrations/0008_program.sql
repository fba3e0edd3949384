-- 0008: the version of the program that ran last; another one may do what was refused.

ALTER TABLE station ADD COLUMN program TEXT NOT NULL DEFAULT '';
