using System.Data.Common;
using AuthServer.Data.Sql;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Statements;

/// <summary>Statements past EF Core: all of a batch happen or none.</summary>
public abstract class SqlBatchTests(HostFixture fixture)
{
    private const string Insert = "INSERT INTO used_assertions (id, expires_at) VALUES (@id, @until)";
    private const string InsertReturning = $"{Insert} RETURNING id";
    private const string Select = "SELECT id FROM used_assertions WHERE id = @id";

    private readonly string _first = $"{Guid.CreateVersion7():N}", _second = $"{Guid.CreateVersion7():N}";

    private SqlRunner Sql => fixture.Host.Services.GetRequiredService<SqlRunner>();

    [Fact]
    public async Task Each_statement_has_its_own_count_and_its_own_first_row()
    {
        var batch = Sql.Together();
        var before = batch.Add(Select, values => values.Add("id", _first), Id);
        var plain = batch.Add(Insert, Values(_first));
        var nothing = batch.Add("DELETE FROM used_assertions WHERE id = @id", values => values.Add("id", "absent"));
        var returning = batch.Add(InsertReturning, Values(_second), Id);
        var all = batch.Add("UPDATE used_assertions SET expires_at = @until WHERE id = @a OR id = @b RETURNING id",
            values => values.Add("a", _first).Add("b", _second).Add("until", TimeProvider.System.GetUtcNow().UtcDateTime), Id);
        await batch.RunAsync(default);

        Assert.Null(before.Row);
        Assert.Equal((1, 0, 1, 2), (plain.Written, nothing.Written, returning.Written, all.Written));
        Assert.Equal(_second, returning.Row);
        Assert.NotNull(all.Row);
        Assert.Equal(new[] { _first, _second }.Order(StringComparer.Ordinal), await StoredAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_statement_that_fails_takes_all_others_back(int at)
    {
        var batch = Sql.Together();
        List<Action> statements = [() => batch.Add(Insert, Values(_first)), () => batch.Add(InsertReturning, Values(_second), Id)];
        statements.Insert(
            at, () => batch.Add("INSERT INTO used_assertions (id, expires_at) VALUES (@id, NULL)", values => values.Add("id", "x")));
        foreach (var add in statements) add();
        await Assert.ThrowsAnyAsync<DbException>(() => batch.RunAsync(default).AsTask());
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_value_that_is_missing_or_unknown_takes_all_back()
    {
        var missing = Sql.Together();
        missing.Add(Insert, Values(_first));
        missing.Add(Insert, values => values.Add("id", _second));
        await Assert.ThrowsAsync<InvalidOperationException>(() => missing.RunAsync(default).AsTask());

        var unknown = Sql.Together();
        unknown.Add(Insert, Values(_first));
        unknown.Add(Insert, values => Values(_second)(values.Add("other", 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => unknown.RunAsync(default).AsTask());
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_statement_within_a_transaction_of_a_context_shares_its_end()
    {
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            await using (await db.Database.BeginTransactionAsync()) Assert.Equal(
                1, await Sql.Within(db).ExecuteAsync(Insert, Values(_first), default));
            Assert.Throws<InvalidOperationException>(() => Sql.Within(db));
            return true;
        });
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task Values_come_back_as_they_are()
    {
        Assert.Null(
            await Sql.FirstValueAsync(
                "SELECT id FROM users WHERE id = @id", v => v.Add("id", Guid.CreateVersion7()), row => row.GetGuid(0), default));
        var known = await Sql.FirstValueAsync(
            "SELECT id FROM users WHERE email = @email", v => v.Add("email", Seed.Alice.Email), row => row.GetGuid(0), default);
        Assert.NotNull(known);
        Assert.True(await Sql.ExistsAsync("SELECT 1 FROM users WHERE id = @id", v => v.Add("id", known), default));
        Assert.False(await Sql.ExistsAsync("SELECT 1 FROM users WHERE id = @id", v => v.Add("id", Guid.CreateVersion7()), default));
    }

    private static string Id(DbDataReader row) => row.GetString(0);

    private static Action<SqlValues> Values(string id) =>
        values => values.Add("id", id).Add("until", TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));

    private Task<List<string>> StoredAsync() => fixture.Host.WithDatabaseAsync(async db =>
        (await db.UsedAssertions.Where(a => a.Id == _first
            || a.Id == _second).Select(a => a.Id).ToListAsync()).Order(StringComparer.Ordinal).ToList());
}

public sealed class SqlBatchOnSqliteTests(SqliteHost fixture) : SqlBatchTests(fixture), IClassFixture<SqliteHost>;

public sealed class SqlBatchOnPostgresTests(PostgresHost fixture) : SqlBatchTests(fixture), IClassFixture<PostgresHost>;
