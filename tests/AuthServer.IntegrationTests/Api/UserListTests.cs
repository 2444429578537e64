using System.Net;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Api;

/// <summary>GET /v1/users: pages, filters, and what it refuses.</summary>
public abstract partial class UserListTests(HostFixture fixture)
{
    private const string Users = "/v1/users";

    [Fact]
    public async Task Who_pages_meets_nobody_twice_and_misses_nobody_while_accounts_are_made()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        for (var i = 0; i < 12; i++) await NewAsync(carol, $"before{i}@pages.example");
        var before = await PageThroughAsync(carol, Users + "?limit=200");
        var inserted = 0;
        var met = await PageThroughAsync(carol, Users + "?limit=3", () => NewAsync(carol, $"between{inserted++}@pages.example"));
        Assert.Equal(met.Distinct(), met);
        Assert.Empty(before.Except(met));
        Assert.True(inserted > 3);
    }

    [Fact]
    public async Task The_filters_narrow_and_stay_in_the_link()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        foreach (var name in new[] { "Straße1", "straße2", "STRAßE3", "other_4", "other%5", "otherx6" })
        {
            await NewAsync(carol, name + "@filter.example");
        }
        Assert.Equal(3, (await PageThroughAsync(carol, Users + "?limit=1&email=" + Uri.EscapeDataString("STRAß"))).Count);
        // The wildcards of SQL are letters like any other.
        Assert.Single(await PageThroughAsync(carol, Users + "?email=other_"));
        Assert.Single(await PageThroughAsync(carol, Users + "?email=other%25"));
        Assert.Empty(await PageThroughAsync(carol, Users + "?email=%25"));

        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        var moment = fixture.Time.GetUtcNow();
        await NewAsync(carol, "late@filter.example", TimeSpan.FromSeconds(1));
        var after = await PageThroughAsync(carol, $"{Users}?created_after={moment:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Contains("late@filter.example", after);
        Assert.DoesNotContain("Straße1@filter.example", after);
        var zone = Uri.EscapeDataString(moment.ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", null));
        var until = await PageThroughAsync(carol, $"{Users}?created_before={zone}&email=late");
        Assert.Empty(until);
    }

    [Theory]
    [InlineData("ä")]
    [InlineData("Ä@")]
    [InlineData("ä@b")]
    [InlineData("a\u0308@bu\u0308c")]
    [InlineData("ä@BÜCHER")]
    [InlineData("ä@bücher.")]
    [InlineData("ä@bücher\u3002ex")]
    [InlineData("ä@bücher.ex")]
    [InlineData("ä@xn--bch")]
    [InlineData("ä@xn--bcher-kva.example")]
    public async Task An_international_domain_is_found_as_people_type_it(string typed)
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        // Made once: the second theory row meets the account of the first.
        await carol.PostAsync(Users, new { email = "ä@bücher.example" });
        await carol.PostAsync(Users, new { email = "ä@bäcker.example" });
        await carol.PostAsync(Users, new { email = "ä@shop.bücher.example" });
        var found = await PageThroughAsync(carol, $"{Users}?limit=1&email={Uri.EscapeDataString(typed)}");
        Assert.Contains("ä@bücher.example", found);
        Assert.Equal(typed is "ä" or "Ä@" or "ä@b", found.Contains("ä@bäcker.example"));
        Assert.Equal(typed is "ä" or "Ä@", found.Contains("ä@shop.bücher.example"));
        Assert.Equal(
            ["ä@shop.bücher.example"], await PageThroughAsync(carol, $"{Users}?email={Uri.EscapeDataString("ä@shop.bü")}"));
        Assert.Empty(await PageThroughAsync(carol, $"{Users}?email={Uri.EscapeDataString("ä@bücherei")}"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=5&limit=6", "limit")]
    [InlineData("offset=5", "offset")]
    [InlineData("cursor=AAAA", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("email=", "email")]
    [InlineData("email=a%00b", "email")]
    [InlineData("created_after=2026-01-01", "created_after")]
    [InlineData("created_after=2026-01-01T00:00:00", "created_after")]
    [InlineData("created_before=2026-13-01T00:00:00Z", "created_before")]
    [InlineData("created_before=0001-01-01T00:00:00%2B14:00", "created_before")]
    public async Task A_parameter_that_is_wrong_is_named(string query, string parameter)
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        Assert.Equal([parameter], (await carol.GetAsync($"{Users}?{query}")).Expect(HttpStatusCode.BadRequest, "invalid-request").Members);
    }

    private async Task NewAsync(ApiClient admin, string email, TimeSpan later = default)
    {
        fixture.Time.Advance(later + TimeSpan.FromMilliseconds(1));
        (await admin.PostAsync(Users, new { email })).Expect(HttpStatusCode.Created);
    }

    /// <summary>The e-mail addresses of all pages.</summary>
    private async Task<List<string>> PageThroughAsync(ApiClient admin, string address, Func<Task>? between = null)
    {
        var met = new List<string>();
        for (string? next = address; next is not null;)
        {
            var page = (await admin.GetAsync(next)).Expect(HttpStatusCode.OK);
            met.AddRange(page.Json.GetProperty("users").EnumerateArray().Select(u => u.GetProperty("email").GetString()!));
            next = page.Header("Link") is { } link ? Next().Match(link).Groups[1].Value : null;
            if (next is not null) Assert.StartsWith(fixture.Issuer.Text + Users + "?", next, StringComparison.Ordinal);
            // Accounts that are made without end would make pages without end.
            if (between is not null && met.Count < 40) await between();
        }

        return met;
    }

    [GeneratedRegex("\\A<([^>]+)>; rel=\"next\"\\z")]
    private static partial Regex Next();
}

public sealed class UserListOnSqlite(SqliteHost fixture) : UserListTests(fixture), IClassFixture<SqliteHost>;

public sealed class UserListOnPostgres(PostgresHost fixture) : UserListTests(fixture), IClassFixture<PostgresHost>;
