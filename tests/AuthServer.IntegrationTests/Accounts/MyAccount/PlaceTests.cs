using System.Net;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>GEOIP_DATABASE: the place of an address, for people to recognise their sign-ins by.</summary>
public sealed class PlaceTests(PlaceTests.PlaceHost fixture) : IClassFixture<PlaceTests.PlaceHost>
{
    private static readonly byte[] File = new PlaceFile()
        .Add("127.0.0.0", 8, PlaceFile.City(("en", "Lausanne", "Switzerland"), ("de", "Lausanne", "Schweiz")))
        .Add("203.0.113.0", 24, PlaceFile.City(("en", "Cologne", "Germany"), ("de", "K\u00f6ln", "Deutschland")))
        .Add("198.51.100.0", 24, new Dictionary<string, object> { ["country"] = "no map" }).ToBytes();

    [Fact]
    public async Task The_page_and_the_api_name_the_place_of_each_session()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        await fixture.Host.NewBrowser().SignInAsync(person);
        var id = await Ceremony.IdAsync(fixture, person.Email);
        var elsewhere = await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.UserId == id).MaxAsync(s => s.Id));
        await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.Id == elsewhere)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.IpAddress, "203.0.113.9")));
        var page = (await browser.OpenAsync("/account/sessions")).Document.Body!.TextContent;
        Assert.Contains("Lausanne, Switzerland", page, StringComparison.Ordinal);
        Assert.Contains("Cologne, Germany", page, StringComparison.Ordinal);
        browser.Http.DefaultRequestHeaders.Add("Accept-Language", "de");
        page = (await browser.OpenAsync("/account/sessions")).Document.Body!.TextContent;
        Assert.Contains("K\u00f6ln, Deutschland", page, StringComparison.Ordinal);

        var app = Seed.Console(fixture.Issuer);
        var api = new ApiClient(
            fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        var places = (await api.GetAsync("/v1/account/sessions")).Expect(HttpStatusCode.OK).Json.GetProperty("sessions").EnumerateArray()
            .Select(s => s.GetProperty("place").GetString()).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["Cologne, Germany", "Lausanne, Switzerland"], places);
    }

    [Fact]
    public async Task The_mail_about_a_new_sign_in_names_it()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email)
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.CreatedAt, fixture.Time.GetUtcNow().UtcDateTime.AddDays(-2))));
        await fixture.Host.NewBrowser().SignInAsync(person);
        Assert.Equal("Lausanne, Switzerland", (await fixture.LatestAsync<NewSignInLetter>(person.Email)).Place);
    }

    [Theory]
    [InlineData("203.0.113.255", "de", "K\u00f6ln, Deutschland")]
    [InlineData("203.0.113.255", "de-CH", "K\u00f6ln, Deutschland")]
    [InlineData("203.0.113.255", "tr", "Cologne, Germany")]
    [InlineData("203.0.112.255", null, null)]
    [InlineData("198.51.100.1", null, null)]
    [InlineData("2001:db8::1", null, null)]
    [InlineData("nonsense", null, null)]
    [InlineData(null, null, null)]
    public void An_address_has_the_place_of_its_network_or_none(string? address, string? language, string? place)
    {
        using var places = new Places(new() { Database = fixture.Path });
        Assert.Equal(place, places.Of(address, language));
        using var none = new Places(new());
        Assert.Null(none.Of(address, language));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void A_file_that_is_no_database_is_refused_at_start(int length)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"no-places-{Guid.CreateVersion7():N}");
        System.IO.File.WriteAllBytes(path, File[..length]);
        var problems = new SettingProblems();
        new PlaceOptions { Database = path }.Check(problems);
        new PlaceOptions { Database = path + ".none" }.Check(problems);
        System.IO.File.Delete(path);
        Assert.Equal(2, problems.Lines.Count);
        Assert.All(problems.Lines, line => Assert.StartsWith("GEOIP_DATABASE: ", line, StringComparison.Ordinal));
        var fine = new SettingProblems();
        new PlaceOptions { Database = fixture.Path }.Check(fine);
        Assert.Empty(fine.Lines);
    }

    public sealed class PlaceHost() : MailFixture(DatabaseKind.Sqlite)
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"places-{Guid.CreateVersion7():N}.mmdb");

        protected override IReadOnlyDictionary<string, string> Rules => new Dictionary<string, string> { ["GEOIP_DATABASE"] = Path };

        protected override HostSetup Prepare(HostSetup setup)
        {
            System.IO.File.WriteAllBytes(Path, File);
            return base.Prepare(setup);
        }

        public override async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            await base.DisposeAsync();
            System.IO.File.Delete(Path);
        }
    }
}
