#!/bin/sh
# Runs once, when the data directory is made: the platform's login owns its database and may make the two roles that
# migrations need, and is no superuser. pg_stat_statements needs one.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" --username postgres --dbname postgres <<'SQL'
create role deskpulse login createrole password :'password';
create database deskpulse owner deskpulse;
grant pg_monitor to deskpulse;
\connect deskpulse
create extension pg_stat_statements;
SQL
