using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Api;

/// <summary>The addresses below /v1/auth: their methods, media types and spellings, and bodies that cannot be right.</summary>
public abstract class LoginAddressTests(HostFixture fixture)
{
    private ApiCaller Api => new(fixture.Issuer);

    [Theory]
    [InlineData("/v1/auth/login")]
    [InlineData("/v1/auth/refresh")]
    [InlineData("/v1/auth/logout")]
    public async Task A_form_is_the_wrong_media_type_and_a_get_the_wrong_method(string path)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("token", "x"), new("client_id", "spa")]);
        ApiAnswer.Refused(await Api.SendAsync(HttpMethod.Post, path, form), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options })
        {
            ApiAnswer.Refused(await Api.SendAsync(method, path, null), HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        }
    }

    [Theory]
    [InlineData("""{"email":"a@example.test","password":"x","admin":true}""", "admin")]
    [InlineData("""{"email":"a@example.test","password":1}""", "password")]
    [InlineData("""{"email":"a@example.test","password":null}""", "password")]
    [InlineData("""{"email":"a@example.test"}""", "password")]
    [InlineData("""{"email":"a","email":"b","password":"x"}""", "email")]
    [InlineData("""{"email":"a","password":"x","refresh_cookie":"yes"}""", "refresh_cookie")]
    [InlineData("""{"email":"a\u0000","password":"x"}""", "email")]
    [InlineData("""{"email":"a","password":"x","client_id":""}""", "client_id")]
    [InlineData("[]", "body")]
    [InlineData("", "body")]
    public async Task A_malformed_login_is_told_which_member_is_at_fault(string json, string member)
    {
        var answer = await Api.PostAsync("/v1/auth/login", json);
        ApiAnswer.Refused(answer, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(member, Assert.Single(answer.Json.GetProperty("errors").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("/V1/Auth/Login")]
    [InlineData("/v1/auth/login/")]
    [InlineData("/v1/auth/%6Cogin")]
    public async Task Another_spelling_of_the_address_is_the_same_address(string path)
    {
        var answer = await Api.PostAsync(path, $$"""{"email":"{{Seed.Bob.Email}}","password":"{{Seed.Bob.Password}}"}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        ApiAnswer.Refused(await Api.SendAsync(HttpMethod.Post, path, form), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("/v1/auth/login//")]
    [InlineData("/v1//auth/login")]
    [InlineData("/v1/auth%2Flogin")]
    [InlineData("/v1/auth%5Clogin")]
    [InlineData("/v1/auth/login;x")]
    public async Task What_only_resembles_the_address_is_nothing(string path)
    {
        var answer = await Api.PostAsync(path, $$"""{"email":"{{Seed.Bob.Email}}","password":"{{Seed.Bob.Password}}"}""");
        Assert.True((int)answer.Status is 404 or 405, answer.ToString());
        Assert.DoesNotContain("access_token", answer.Body, StringComparison.Ordinal);
    }
}

public sealed class LoginAddressesOnSqlite(SqliteHost fixture) : LoginAddressTests(fixture), IClassFixture<SqliteHost>;

public sealed class LoginAddressesOnPostgres(PostgresHost fixture) : LoginAddressTests(fixture), IClassFixture<PostgresHost>;
