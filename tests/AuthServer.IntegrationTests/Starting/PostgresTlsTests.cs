using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>DATABASE_URL with certificates, against a PostgreSQL that has them.</summary>
public sealed class PostgresTlsTests(TlsPostgres server) : IClassFixture<TlsPostgres>
{
    private static readonly string[] Here = ["localhost", "127.0.0.1"];
    private static readonly string[] Elsewhere = ["db.example.com"];

    [Fact]
    public async Task A_server_runs_on_a_checked_database_with_a_certificate_of_its_own()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here));
        var own = server.Own(server.Authority.Issue("certified", [], password: "hunter3"));
        var database = await server.Cluster.CreateDatabaseAsync();
        var query = $"sslmode=verify-full&sslrootcert={server.RootPath}{own}&sslpassword=hunter3";
        var url = server.Url("certified", "localhost", query, database);
        var address = ServerProcess.FreeAddress();
        await using var process = ServerProcess.Start(
            [("DATABASE_URL", url), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()), ("API_BASE_URL", address)],
            "--urls", address);
        await process.ReadyAsync(address);
        Assert.DoesNotContain("hunter", process.Output + process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_did_not_sign_is_named_with_the_one_that_did()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here));
        using var other = new TestAuthority("other");
        var path = Path.Combine(server.Cluster.Data, "other.pem");
        await File.WriteAllTextAsync(path, other.Pem);
        foreach (var mode in new[] { "verify-full", "verify-ca", "require" })
        {
            var errors = await RefusedAsync(server.Url("app", "localhost", $"sslmode={mode}&sslrootcert={path}"));
            Assert.Contains("issued by CN=database authority, is not signed by an authority of sslrootcert " + path, errors,
                StringComparison.Ordinal);
        }
        var system = await RefusedAsync(server.Url("app", "localhost", "sslmode=verify-full"));
        Assert.Contains("that this machine trusts; name the file of the authority that signed it as sslrootcert", system,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_name_is_refused_by_verify_full_and_accepted_by_verify_ca()
    {
        await server.ShowAsync(server.Authority.Issue("database", Elsewhere));
        var errors = await RefusedAsync(server.Url("app", "localhost", $"sslmode=verify-full&sslrootcert={server.RootPath}"));
        Assert.Contains("its certificate is for db.example.com, not for localhost; connect by a name that it is for", errors,
            StringComparison.Ordinal);
        await AcceptedAsync($"sslmode=verify-ca&sslrootcert={server.RootPath}");
        // Encrypted, to whomever: as libpq has it.
        await AcceptedAsync("sslmode=require");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_by_its_day()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here, days: -1));
        foreach (var mode in new[] { "verify-full", "verify-ca" })
        {
            var errors = await RefusedAsync(server.Url("app", "localhost", $"sslmode={mode}&sslrootcert={server.RootPath}"));
            Assert.Contains("its certificate CN=database is valid from", errors, StringComparison.Ordinal);
            Assert.Contains("renew it there, and check the clock", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_certificate_that_the_database_asks_for_is_asked_for_by_its_setting()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here));
        var checkedBy = $"sslmode=verify-full&sslrootcert={server.RootPath}";
        foreach (var own in new[] { "", server.Own(server.Authority.Issue("app", [])) })
        {
            var errors = await RefusedAsync(server.Url("certified", "localhost", checkedBy + own));
            Assert.Contains("the certificate of this server (sslcert, sslkey). It says: 28000", errors, StringComparison.Ordinal);
        }
        using var other = new TestAuthority("other");
        var foreign = await RefusedAsync(server.Url("certified", "localhost", checkedBy + server.Own(other.Issue("certified", []))));
        Assert.Contains("it refuses the certificate of this server, sslcert /", foreign, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_named_before_anything_is_asked()
    {
        var own = server.Own(server.Authority.Issue("certified", [], days: -1));
        var pairs = (server.Own(server.Authority.Issue("a", [])).Split('&'), server.Own(server.Authority.Issue("b", [])).Split('&'));
        var locked = server.Own(server.Authority.Issue("certified", [], password: "hunter3"));
        foreach (var (query, expected) in new[]
        {
            ("sslmode=verify-full&sslrootcert=/nowhere/root.pem", "sslrootcert /nowhere/root.pem, which cannot be read"),
            ($"sslmode=verify-full&sslrootcert={server.Cluster.Data}/pg_hba.conf", "which holds no certificate in PEM"),
            ($"sslmode=verify-full&sslkey={server.RootPath}", "has sslkey without sslcert"),
            ($"sslmode=verify-full{own}", "renew it"),
            ($"sslmode=verify-full&{pairs.Item1[1]}&{pairs.Item2[2]}", "that are no pair in PEM"),
            ($"sslmode=verify-full{locked}&sslpassword=hunter4", "sslpassword does not open it"),
            ($"sslmode=verify-full{locked}", "sslpassword does not open it"),
            ($"sslrootcert={server.RootPath}", "add sslmode=verify-full"),
        })
        {
            var errors = await RefusedAsync(server.Url("certified", "localhost", query), exit: ExitCodes.Configuration);
            Assert.Contains(expected, errors, StringComparison.Ordinal);
        }
    }

    private async Task AcceptedAsync(string query)
    {
        var database = await server.Cluster.CreateDatabaseAsync();
        var (exit, output, errors) = await ServerProcess.RunAsync(
            [("DATABASE_URL", server.Url("app", "localhost", query, database))], "migrate");
        Assert.True(exit == 0, output + errors);
    }

    private static async Task<string> RefusedAsync(string url, int exit = ExitCodes.Unavailable)
    {
        var (code, output, errors) = await ServerProcess.RunAsync([("DATABASE_URL", url)], "migrate");
        Assert.True(code == exit, output + errors);
        Assert.Contains("  DATABASE_URL: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return errors;
    }
}
