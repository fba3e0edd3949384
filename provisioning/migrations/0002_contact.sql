-- 0002: whom to call about a node. Stands here alone: the roster goes to every node.

ALTER TABLE nodes ADD COLUMN contact TEXT NOT NULL DEFAULT '';
