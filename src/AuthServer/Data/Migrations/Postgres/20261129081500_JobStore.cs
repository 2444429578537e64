using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Postgres;

/// <summary>The tables in which the replicas share the times of the jobs: the columns that Quartz 3.22 reads and writes.</summary>
/// <remarks>They are no part of the model, because only Quartz asks them, and no part of backups, because each start fills them.</remarks>
[DbContext(typeof(PostgresAuthDbContext))]
[Migration("20261129081500_JobStore")]
public sealed class JobStore : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE qrtz_job_details (
          sched_name text, job_name text, job_group text,
          job_class_name text NOT NULL, description text, job_data bytea,
          is_durable boolean NOT NULL, is_nonconcurrent boolean NOT NULL, is_update_data boolean NOT NULL,
          requests_recovery boolean NOT NULL,
          PRIMARY KEY (sched_name, job_name, job_group)
        );
        CREATE TABLE qrtz_triggers (
          sched_name text, trigger_name text, trigger_group text,
          job_name text NOT NULL, job_group text NOT NULL, description text, job_data bytea, calendar_name text,
          trigger_type text NOT NULL, trigger_state text NOT NULL, priority integer,
          start_time bigint NOT NULL, end_time bigint, next_fire_time bigint, prev_fire_time bigint,
          misfire_instr smallint, misfire_orig_fire_time bigint,
          execution_group text, preferred_node text, preferred_node_auto boolean NOT NULL DEFAULT false,
          PRIMARY KEY (sched_name, trigger_name, trigger_group),
          FOREIGN KEY (sched_name, job_name, job_group) REFERENCES qrtz_job_details
        );
        CREATE TABLE qrtz_simple_triggers (
          sched_name text, trigger_name text, trigger_group text,
          repeat_count bigint NOT NULL, repeat_interval bigint NOT NULL, times_triggered bigint NOT NULL,
          PRIMARY KEY (sched_name, trigger_name, trigger_group),
          FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers ON DELETE CASCADE
        );
        CREATE TABLE qrtz_cron_triggers (
          sched_name text, trigger_name text, trigger_group text,
          cron_expression text NOT NULL, time_zone_id text,
          PRIMARY KEY (sched_name, trigger_name, trigger_group),
          FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers ON DELETE CASCADE
        );
        CREATE TABLE qrtz_simprop_triggers (
          sched_name text, trigger_name text, trigger_group text,
          str_prop_1 text, str_prop_2 text, str_prop_3 text, int_prop_1 integer, int_prop_2 integer,
          long_prop_1 bigint, long_prop_2 bigint, dec_prop_1 numeric, dec_prop_2 numeric,
          bool_prop_1 boolean, bool_prop_2 boolean, time_zone_id text,
          PRIMARY KEY (sched_name, trigger_name, trigger_group),
          FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers ON DELETE CASCADE
        );
        CREATE TABLE qrtz_blob_triggers (
          sched_name text, trigger_name text, trigger_group text, blob_data bytea,
          PRIMARY KEY (sched_name, trigger_name, trigger_group),
          FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers ON DELETE CASCADE
        );
        CREATE TABLE qrtz_calendars (
          sched_name text, calendar_name text, calendar bytea NOT NULL,
          PRIMARY KEY (sched_name, calendar_name)
        );
        CREATE TABLE qrtz_paused_trigger_grps (
          sched_name text, trigger_group text,
          PRIMARY KEY (sched_name, trigger_group)
        );
        CREATE TABLE qrtz_fired_triggers (
          sched_name text, entry_id text,
          trigger_name text NOT NULL, trigger_group text NOT NULL, job_name text, job_group text,
          instance_name text NOT NULL, state text NOT NULL, priority integer NOT NULL, execution_group text,
          fired_time bigint NOT NULL, sched_time bigint NOT NULL,
          is_nonconcurrent boolean NOT NULL, requests_recovery boolean,
          PRIMARY KEY (sched_name, entry_id)
        );
        CREATE TABLE qrtz_scheduler_state (
          sched_name text, instance_name text, last_checkin_time bigint NOT NULL, checkin_interval bigint NOT NULL,
          PRIMARY KEY (sched_name, instance_name)
        );
        CREATE TABLE qrtz_locks (
          sched_name text, lock_name text,
          PRIMARY KEY (sched_name, lock_name)
        );
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP TABLE qrtz_locks, qrtz_scheduler_state, qrtz_fired_triggers, qrtz_paused_trigger_grps, qrtz_calendars, qrtz_blob_triggers,
          qrtz_simprop_triggers, qrtz_cron_triggers, qrtz_simple_triggers, qrtz_triggers, qrtz_job_details;
        """);
}
