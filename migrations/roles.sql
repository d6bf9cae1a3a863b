-- The three roles of MTC on PostgreSQL. Run once per cluster as an administrator, then per database the GRANTs.
-- mtc_owner owns the tables and migrates; mtc_app serves requests and owns nothing; mtc_platform may look across
-- tenants and is only ever taken for the length of one transaction (SET LOCAL ROLE) by mtc_app.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mtc_owner') THEN
    CREATE ROLE mtc_owner LOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mtc_platform') THEN
    CREATE ROLE mtc_platform NOLOGIN NOSUPERUSER BYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mtc_app') THEN
    CREATE ROLE mtc_app LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS;
  END IF;
END $$;
GRANT mtc_platform TO mtc_app;
