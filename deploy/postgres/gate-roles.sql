-- Roles of the gate, for a PostgreSQL whose owner may not make roles. Run once, as a superuser, in the cluster:
--
--   psql -v owner=… -v web=… -v clerk=… -v read=… -v database=gate -f gate-roles.sql
--
-- with a password for each role. Then tell the gate:
--
--   QORGAN_GATE_DATABASE_URL        postgresql://gate_owner:…@host/gate    (for `qorgan gate migrate` and `rotate-keys` alone)
--   QORGAN_GATE_DATABASE_URL_WEB    postgresql://gate_web:…@host/gate
--   QORGAN_GATE_DATABASE_URL_CLERK  postgresql://gate_clerk:…@host/gate
--   QORGAN_GATE_DATABASE_URL_READ   postgresql://gate_read:…@host/gate
--
-- None is a superuser; only gate_owner owns anything. What each may do with each table is granted by
-- `qorgan gate migrate`, from qorgan/gate/database/grants.py.

\set ON_ERROR_STOP on

CREATE ROLE gate_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE gate_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'web';
CREATE ROLE gate_clerk LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'clerk';
CREATE ROLE gate_read LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'read';

CREATE DATABASE :"database" OWNER gate_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO gate_owner, gate_web, gate_clerk, gate_read;
