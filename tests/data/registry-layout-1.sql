-- A registry of layout 1, as the version before receipts wrote it. Its secret is in tests/receipts.rs.
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE audit_log (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    user    TEXT NOT NULL,
    host    TEXT NOT NULL,
    command TEXT NOT NULL,
    subject TEXT NOT NULL,
    result  TEXT NOT NULL
) STRICT;
INSERT INTO "audit_log" VALUES(1,'2026-11-23T06:18:46Z','demo','demo','init','301f004320ed5934f1243074fe6364b8','made');
INSERT INTO "audit_log" VALUES(2,'2026-11-23T06:18:46Z','demo','demo','distributor add','aurora','added');
INSERT INTO "audit_log" VALUES(3,'2026-11-23T06:18:46Z','demo','demo','distributor import','distributors.csv','added 11 distributors');
INSERT INTO "audit_log" VALUES(4,'2026-11-23T06:19:20Z','demo','demo','mark','title film distributor kernel issue 1','sha256 2f3c38da6e1aad6fcd5bc84d1bc20eeb0499f4028ecb474e18580c45a586f28c; verified. Reads back to kernel (log10 LR 122.5, threshold 7.1).');
INSERT INTO "audit_log" VALUES(5,'2026-11-23T06:20:46Z','demo','demo','mark','title film distributor aurora issue 2','sha256 bed7d355fe52e802bd257512a236e4d46b6f294bc382bb233ce05de4017872d7; verified. Reads back to aurora (log10 LR 131.0, threshold 7.1).');
INSERT INTO "audit_log" VALUES(6,'2026-11-23T06:20:46Z','demo','demo','mark','title film distributor driftwood issue 3','sha256 b391d33d42f7d724e055cac1f90e5a187ffd4675558f46e0995d6a9bdf7ee1f1; verified. Reads back to driftwood (log10 LR 116.9, threshold 7.1).');
INSERT INTO "audit_log" VALUES(7,'2026-11-23T06:20:46Z','demo','demo','mark','title film distributor orchard issue 4','sha256 a45cd37d4e75cf3a8845ce1177085d1f157a28e33730d10d6d961eb82a434425; verified. Reads back to orchard (log10 LR 126.3, threshold 7.1).');
INSERT INTO "audit_log" VALUES(8,'2026-11-23T06:20:46Z','demo','demo','mark','title film distributor northgate issue 5','sha256 8b0fe8b1580bd7ab9814ddc8f10e67fa0eb5f193be03055d864a04ee9bcc1422; verified. Reads back to northgate (log10 LR 117.3, threshold 7.1).');
CREATE TABLE distributors (
    id       TEXT PRIMARY KEY NOT NULL,
    name     TEXT NOT NULL,
    notes    TEXT NOT NULL,
    added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "distributors" VALUES('aurora','Aurora Cinemas','{}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('bluebird','Bluebird Airlines In-flight','{"territory":"worldwide"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('castellan','Castellan Pictures Press Office','{"territory":"Europe"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('driftwood','Driftwood Film Festival','{"territory":"Canada"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('fernhill','Fernhill Subtitling','{"territory":"Ireland"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('harborlight','Harborlight Home Entertainment','{"territory":"North America"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('kernel','Kernel Streaming','{"territory":"worldwide"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('meridian','Meridian Television','{"territory":"Australia"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('northgate','Northgate Multiplex','{"territory":"United Kingdom"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('orchard','Orchard Awards Screeners','{"territory":"United States"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('solstice','Solstice Dubbing Studio','{"territory":"Spain"}','2026-11-23T06:18:46Z');
INSERT INTO "distributors" VALUES('tamarind','Tamarind Mobile','{"territory":"India"}','2026-11-23T06:18:46Z');
CREATE TABLE identity (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    registry_id  TEXT NOT NULL,
    secret_check TEXT NOT NULL,
    format       INTEGER NOT NULL CHECK (format > 0),
    created_at   TEXT NOT NULL
) STRICT;
INSERT INTO "identity" VALUES(1,'301f004320ed5934f1243074fe6364b8','8759e25f60baa9f0fb2cd6cf85cdc5656d42afd2ba0f25a215140b9e75edfe1b',1,'2026-11-23T06:18:46Z');
CREATE TABLE issue_records (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT NOT NULL REFERENCES titles (id),
    distributor   TEXT NOT NULL REFERENCES distributors (id),
    master_sha256 TEXT NOT NULL,
    copy_sha256   TEXT NOT NULL,
    copy_path     TEXT NOT NULL,
    copy_bytes    INTEGER NOT NULL CHECK (copy_bytes >= 0),
    title_start_s REAL NOT NULL,
    duration_s    REAL NOT NULL CHECK (duration_s >= 0),
    parameters    TEXT NOT NULL,
    tool_version  TEXT NOT NULL,
    issued_at     TEXT NOT NULL
) STRICT;
INSERT INTO "issue_records" VALUES(1,'film','kernel','66d367d2850b8d023e3231dc2aabf5276060129fb2e2ccd7565224cbd278ce2e','2f3c38da6e1aad6fcd5bc84d1bc20eeb0499f4028ecb474e18580c45a586f28c','copy.mp4',6015478,0.0,20.0,'{"codec":"h264","crf":21.0,"preset":"medium","signal_format":1,"strength":1.0}','0.1.0','2026-11-23T06:19:20Z');
INSERT INTO "issue_records" VALUES(2,'film','aurora','66d367d2850b8d023e3231dc2aabf5276060129fb2e2ccd7565224cbd278ce2e','bed7d355fe52e802bd257512a236e4d46b6f294bc382bb233ce05de4017872d7','copies/master.aurora.mp4',6020746,0.0,20.0,'{"codec":"h264","crf":21.0,"preset":"medium","signal_format":1,"strength":1.0}','0.1.0','2026-11-23T06:20:46Z');
INSERT INTO "issue_records" VALUES(3,'film','driftwood','66d367d2850b8d023e3231dc2aabf5276060129fb2e2ccd7565224cbd278ce2e','b391d33d42f7d724e055cac1f90e5a187ffd4675558f46e0995d6a9bdf7ee1f1','copies/master.driftwood.mp4',6013084,0.0,20.0,'{"codec":"h264","crf":21.0,"preset":"medium","signal_format":1,"strength":1.0}','0.1.0','2026-11-23T06:20:46Z');
INSERT INTO "issue_records" VALUES(4,'film','orchard','66d367d2850b8d023e3231dc2aabf5276060129fb2e2ccd7565224cbd278ce2e','a45cd37d4e75cf3a8845ce1177085d1f157a28e33730d10d6d961eb82a434425','copies/master.orchard.mp4',6015540,0.0,20.0,'{"codec":"h264","crf":21.0,"preset":"medium","signal_format":1,"strength":1.0}','0.1.0','2026-11-23T06:20:46Z');
INSERT INTO "issue_records" VALUES(5,'film','northgate','66d367d2850b8d023e3231dc2aabf5276060129fb2e2ccd7565224cbd278ce2e','8b0fe8b1580bd7ab9814ddc8f10e67fa0eb5f193be03055d864a04ee9bcc1422','copies/master.northgate.mp4',6018684,0.0,20.0,'{"codec":"h264","crf":21.0,"preset":"medium","signal_format":1,"strength":1.0}','0.1.0','2026-11-23T06:20:46Z');
CREATE TABLE titles (
    id             TEXT PRIMARY KEY NOT NULL,
    name           TEXT NOT NULL,
    width          INTEGER NOT NULL CHECK (width > 0),
    height         INTEGER NOT NULL CHECK (height > 0),
    sar_num        INTEGER NOT NULL CHECK (sar_num > 0),
    sar_den        INTEGER NOT NULL CHECK (sar_den > 0),
    active_x       INTEGER NOT NULL CHECK (active_x >= 0),
    active_y       INTEGER NOT NULL CHECK (active_y >= 0),
    active_width   INTEGER NOT NULL CHECK (active_width > 0 AND active_x + active_width <= width),
    active_height  INTEGER NOT NULL CHECK (active_height > 0 AND active_y + active_height <= height),
    display_width  REAL NOT NULL CHECK (display_width > 0),
    display_height REAL NOT NULL CHECK (display_height > 0),
    duration_s     REAL NOT NULL CHECK (duration_s >= 0),
    fps            REAL NOT NULL CHECK (fps >= 0),
    master_sha256  TEXT,
    added_at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "titles" VALUES('film','film',1280,720,1,1,0,0,1280,720,1280.0,720.0,20.0,25.0,'66d367d2850b8d023e3231dc2aabf5276060129fb2e2ccd7565224cbd278ce2e','2026-11-23T06:19:20Z');
CREATE INDEX issue_records_by_recipient ON issue_records (title, distributor);
CREATE INDEX issue_records_by_distributor ON issue_records (distributor);
CREATE INDEX issue_records_by_copy ON issue_records (copy_sha256);
CREATE TRIGGER issue_records_stay BEFORE UPDATE ON issue_records
BEGIN SELECT RAISE(ABORT, 'issue records are append-only'); END;
CREATE TRIGGER issue_records_last BEFORE DELETE ON issue_records
BEGIN SELECT RAISE(ABORT, 'issue records are append-only'); END;
CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_lasts BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('audit_log',8);
INSERT INTO "sqlite_sequence" VALUES('issue_records',5);
COMMIT;
PRAGMA application_id = 1280003403;
PRAGMA user_version = 1;
