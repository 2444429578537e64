using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>POST /v1/auth/register.</summary>
public abstract class RegistrationTests(HostFixture fixture)
{
    private const string Register = "/v1/auth/register";
    private const string Password = "Orange-Kettle-19";

    private readonly ApiClient _anybody = new(fixture.Issuer);

    [Fact]
    public async Task A_new_account_is_answered_with_its_address_version_and_representation()
    {
        var made = (await _anybody.PostAsync(Register, new { email = "Rita@Example.test", password = Password, first_name = " Rita " }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal($"{fixture.Issuer.Text}/v1/users/{made.Id}", made.Location);
        Assert.Equal("\"1\"", made.ETag);
        Assert.Equal("application/json", made.ContentHeaders.ContentType!.MediaType);
        Assert.True(made.Headers.CacheControl!.NoStore);
        Assert.Equal(
            ["id", "email", "email_verified", "first_name", "last_name", "created_at", "updated_at", "disabled", "delete_after", "roles"],
            made.Json.EnumerateObject().Select(m => m.Name));
        Assert.Equal("Rita@Example.test", made.Json.GetProperty("email").GetString());
        Assert.Equal("Rita", made.Json.GetProperty("first_name").GetString());
        Assert.EndsWith("Z", made.Json.GetProperty("created_at").GetString(), StringComparison.Ordinal);

        var rita = await ApiClient.SignInAsync(fixture.Host, new Person("rita@example.test", Password));
        Assert.Equal(made.Body, (await rita.GetAsync(made.Location)).Expect(HttpStatusCode.OK).Body);
        var record = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.SingleAsync(e => e.Kind == "user.created"
            && e.SubjectId == Guid.Parse(made.Id)));
        Assert.NotNull(record.Reference);
    }

    [Fact]
    public async Task A_taken_address_is_a_conflict_in_any_spelling()
    {
        foreach (var spelling in new[] { Seed.Alice.Email, "ALICE@Example.Test", "ａlice@example.test" })
        {
            var answer = (await _anybody.PostAsync(Register, new { email = spelling, password = Password }))
                .Expect(HttpStatusCode.Conflict, "email-taken");
            Assert.Equal(["email"], answer.Members);
        }
    }

    [Fact]
    public async Task Every_wrong_value_is_named_at_once()
    {
        var answer = (await _anybody.PostAsync(Register, new { email = "nobody", password = "short", last_name = new string('x', 101) }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["email", "last_name", "password"], answer.Members.Order());
        Assert.Contains("The password must have at least 8 characters.", answer.Body, StringComparison.Ordinal);
        (await _anybody.PostAsync(Register, new { })).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
    }

    [Theory]
    [InlineData("""{"email":"x@example.test","password":"Orange-Kettle-19","roles":["admin"]}""", "roles")]
    [InlineData("""{"email":"x@example.test","password":"Orange-Kettle-19","email_verified":true}""", "email_verified")]
    [InlineData("""{"email":"x@example.test","email":"y@example.test","password":"Orange-Kettle-19"}""", "email")]
    [InlineData("""{"email":7,"password":"Orange-Kettle-19"}""", "email")]
    [InlineData("""{"email":"x@example.test","password":"Orange-Kettle-19\u0000"}""", "password")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    public async Task A_body_that_is_not_as_described_is_refused_by_member(string body, string member)
    {
        var answer = (await _anybody.PostAsync(Register, body)).Expect(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal([member], answer.Members);
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        using var form = new FormUrlEncodedContent([new("email", "x@example.test")]);
        using var answer = await fixture.Issuer.Http.PostAsync(Register, form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }
}

public sealed class RegistrationOnSqlite(SqliteHost fixture) : RegistrationTests(fixture), IClassFixture<SqliteHost>;

public sealed class RegistrationOnPostgres(PostgresHost fixture) : RegistrationTests(fixture), IClassFixture<PostgresHost>;
