using System;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AuthServer.Data.Migrations.Postgres
{
    /// <inheritdoc />
    [DbContext(typeof(PostgresAuthDbContext))]
    [Migration("20261129224233_PendingAuthorizations")]
    public class PendingAuthorizations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pending_authorizations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    client_row_id = table.Column<Guid>(type: "uuid", nullable: false),
                    secret_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    user_code_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    state = table.Column<int>(type: "integer", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    browser_session_id = table.Column<Guid>(type: "uuid", nullable: true),
                    request = table.Column<string>(type: "text", nullable: false),
                    poll_seconds = table.Column<int>(type: "integer", nullable: false),
                    next_poll_at = table.Column<long>(type: "bigint", nullable: false),
                    polled_too_early = table.Column<bool>(type: "boolean", nullable: false),
                    redemption = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    expires_at = table.Column<DateTime>(type: "timestamp without time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pending_authorizations", x => x.id);
                    table.ForeignKey(
                        name: "fk_pending_authorizations_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_pending_authorizations_open_iddict_applications_client_row_id",
                        column: x => x.client_row_id,
                        principalTable: "clients",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "idx_pending_authorizations_client",
                table: "pending_authorizations",
                column: "client_row_id");

            migrationBuilder.CreateIndex(
                name: "idx_pending_authorizations_expires_at",
                table: "pending_authorizations",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "idx_pending_authorizations_user_id",
                table: "pending_authorizations",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "pending_authorizations_secret_hash_key",
                table: "pending_authorizations",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "pending_authorizations_user_code_hash_key",
                table: "pending_authorizations",
                column: "user_code_hash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "pending_authorizations");
        }
    }
}
