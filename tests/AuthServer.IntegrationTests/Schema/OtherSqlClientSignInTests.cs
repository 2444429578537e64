using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Npgsql;

namespace AuthServer.IntegrationTests.Schema;

/// <summary>A person whom another program has put into the PostgreSQL table with the specified columns alone.</summary>
public sealed class OtherSqlClientSignInTests(PostgresHost fixture) : IClassFixture<PostgresHost>
{
    // Made by the reference program from "Correct-Horse-7-Battery": argon2 saltsaltsaltsalt -id -t 2 -k 19456 -p 1 -l 32 -e
    private const string Hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$qmTRs507L2qGjIUzNcNd2ORTNkVj972oAkSKmRlPi40";

    [Theory]
    [InlineData("Dana@Example.test", "dana@example.test")]
    [InlineData("erin@example.test", "ERIN@EXAMPLE.TEST")]
    public async Task Such_a_person_signs_in(string stored, string typed)
    {
        await InsertAsync(stored, Hash);
        var browser = fixture.Host.NewBrowser();
        var page = await browser.SignInAsync(typed, "Correct-Horse-7-Battery");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        // As text, because the markup lets a long address break at @ and at dots.
        Assert.Contains(stored, page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.False(page.HasForm("/signin"));
    }

    [Theory]
    [InlineData("frank@example.test", "!", "!")]
    [InlineData("grace@example.test", "!", "")]
    [InlineData("heidi@example.test", Hash, "Correct-Horse-7-Batter")]
    [InlineData("ivan@example.test", "plain text", "plain text")]
    public async Task A_wrong_password_does_not_sign_in(string email, string hash, string typed)
    {
        await InsertAsync(email, hash);
        var page = await fixture.Host.NewBrowser().SignInAsync(email, typed);
        Assert.True(page.HasForm("/signin"));
    }

    private async Task InsertAsync(string email, string hash)
    {
        await using var connection = new NpgsqlConnection(fixture.Host.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("INSERT INTO users (email, password_hash) VALUES ($1, $2)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = email });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
        await command.ExecuteNonQueryAsync();
    }
}
