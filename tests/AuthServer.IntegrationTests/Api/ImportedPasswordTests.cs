using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>People who come from another system sign in with the password that they have; docs/migrating.md.</summary>
public abstract class ImportedPasswordTests(HostFixture fixture)
{
    private const string Users = "/v1/users";
    private const string Password = "Vexing-Harbour-42";

    // python3 -c 'import bcrypt; print(bcrypt.hashpw(b"Vexing-Harbour-42", bcrypt.gensalt(6)))'
    private const string Bcrypt = "$2b$06$gWWs9.KCf/zK7oHDW1qTEe8ae2thsRR7yU.ZaEgS8zzgUTPq8zvgm";

    [Fact]
    public async Task The_first_sign_in_replaces_the_hash_of_the_other_system_by_ours_and_ends_no_session()
    {
        await CreateAsync("imported@example.test", Bcrypt);
        Assert.Equal(Bcrypt, (await UserAsync("imported@example.test")).PasswordHash);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await fixture.Host.NewBrowser().SignInAsync("imported@example.test", "Vexing-Harbour-43")).Status);
        Assert.Equal(Bcrypt, (await UserAsync("imported@example.test")).PasswordHash);

        var before = await UserAsync("imported@example.test");
        var first = await ApiClient.SignInAsync(fixture.Host, new Person("imported@example.test", Password));
        var after = await UserAsync("imported@example.test");
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", after.PasswordHash, StringComparison.Ordinal);
        Assert.Equal((before.SecurityStamp, before.Version), (after.SecurityStamp, after.Version));

        await ApiClient.SignInAsync(fixture.Host, new Person("imported@example.test", Password));
        Assert.Equal(after.PasswordHash, (await UserAsync("imported@example.test")).PasswordHash);
        (await first.GetAsync(Users + "/me")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task First_sign_ins_at_the_same_moment_all_succeed_and_leave_one_hash_of_ours()
    {
        await CreateAsync("parallel@example.test", Bcrypt);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ApiClient.SignInAsync(fixture.Host, new("parallel@example.test", Password))));
        Assert.StartsWith("$argon2id$", (await UserAsync("parallel@example.test")).PasswordHash, StringComparison.Ordinal);
        await ApiClient.SignInAsync(fixture.Host, new("parallel@example.test", Password));
    }

    [Theory]
    [InlineData("$1$abcdefgh$0123456789012345678901", "MD5-crypt")]
    [InlineData("$2b$20$abcdefghijklmnopqrstuuSUwBOoTAA0xqzUFXTWo0KCXsKxIzYVe", "cost from 4 to 14")]
    [InlineData("secret", "one of these forms")]
    public async Task A_form_that_is_not_accepted_is_refused_with_what_is(string hash, string reason)
    {
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var refused = (await admin.PostAsync(Users, new { email = "refused@example.test", password_hash = hash }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["password_hash"], refused.Members);
        Assert.Contains(reason, refused.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hash_does_not_stand_beside_a_password()
    {
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        Assert.Equal(["password_hash"],
            (await admin.PostAsync(Users, new { email = "both@example.test", password = "Orange-Kettle-19", password_hash = Bcrypt }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value").Members);
    }

    private async Task CreateAsync(string email, string hash)
    {
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await admin.PostAsync(Users, new { email, password_hash = hash })).Expect(HttpStatusCode.Created);
    }

    private Task<User> UserAsync(string email) =>
        fixture.Host.WithDatabaseAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.Email == email));
}

public sealed class ImportedPasswordsOnSqlite(SqliteHost fixture) : ImportedPasswordTests(fixture), IClassFixture<SqliteHost>;

public sealed class ImportedPasswordsOnPostgres(PostgresHost fixture) : ImportedPasswordTests(fixture), IClassFixture<PostgresHost>;
