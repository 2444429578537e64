using System;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AuthServer.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    [DbContext(typeof(SqliteAuthDbContext))]
    [Migration("20261129224237_PendingAuthorizations")]
    public class PendingAuthorizations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pending_authorizations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    client_row_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    secret_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    user_code_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    browser_session_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    poll_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    next_poll_at = table.Column<long>(type: "INTEGER", nullable: false),
                    polled_too_early = table.Column<bool>(type: "INTEGER", nullable: false),
                    redemption = table.Column<string>(type: "TEXT", maxLength: 36, nullable: true),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    expires_at = table.Column<DateTime>(type: "TEXT", nullable: false)
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
