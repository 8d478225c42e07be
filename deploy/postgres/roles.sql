-- Roles of the hub, for a PostgreSQL whose owner may not make roles. Run once, as a superuser, in the cluster:
--
--   psql -v owner=… -v web=… -v intake=… -v read=… -v clerk=… -v database=qorgan -f roles.sql
--
-- with a password for each role. Then tell the hub:
--
--   QORGAN_DATABASE_URL         postgresql://qorgan_owner:…@host/qorgan    (for `qorgan hub migrate` alone)
--   QORGAN_DATABASE_URL_WEB     postgresql://qorgan_web:…@host/qorgan
--   QORGAN_DATABASE_URL_INTAKE  postgresql://qorgan_intake:…@host/qorgan
--   QORGAN_DATABASE_URL_READ    postgresql://qorgan_read:…@host/qorgan
--   QORGAN_DATABASE_URL_CLERK   postgresql://qorgan_clerk:…@host/qorgan
--
-- None is a superuser and none may pass by row security; only qorgan_owner owns anything. What each may do with each
-- table is granted by `qorgan hub migrate`, from qorgan/hub/database/grants.py.

\set ON_ERROR_STOP on

CREATE ROLE qorgan_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE qorgan_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'web';
CREATE ROLE qorgan_intake LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'intake';
CREATE ROLE qorgan_read LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'read';
CREATE ROLE qorgan_clerk LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'clerk';

CREATE DATABASE :"database" OWNER qorgan_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO qorgan_owner, qorgan_web, qorgan_intake, qorgan_read, qorgan_clerk;
