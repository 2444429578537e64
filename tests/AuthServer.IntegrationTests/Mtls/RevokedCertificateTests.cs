using System.Security.Cryptography.X509Certificates;
using AuthServer.Clients.Certificates;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Mtls;

/// <summary>MTLS_REVOCATION: RFC 5280 section 6.3, asked of the authority when a client authenticates.</summary>
public sealed class RevokedCertificateTests
{
    [Fact]
    public async Task A_certificate_that_its_authority_has_revoked_or_says_nothing_of_is_refused_where_the_operator_wants_it()
    {
        using var root = new ClientAuthority("Clients' root " + Guid.CreateVersion7());
        var lists = new Dictionary<string, byte[]>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.Run(async http =>
        {
            if (lists.TryGetValue(http.Request.Path, out var list)) await http.Response.Body.WriteAsync(list);
            else http.Response.StatusCode = StatusCodes.Status404NotFound;
        });
        await server.StartAsync(TestContext.Current.CancellationToken);

        // Lists are kept by their address, on this machine too.
        var path = $"/{Guid.CreateVersion7():N}.crl";
        var address = server.Urls.Single() + path;
        using X509Certificate2 good = root.Issue(new("CN=good") { RevocationList = address }),
            revoked = root.Issue(new("CN=revoked") { RevocationList = address }),
            unanswered = root.Issue(new("CN=unanswered") { RevocationList = server.Urls.Single() + "/none.crl" }),
            silent = root.Issue(new("CN=silent"));
        lists[path] = root.Revoke(revoked);

        Assert.Equal("CN=good", Taken(checks: true));
        Assert.Equal("CN=good CN=revoked CN=unanswered CN=silent", Taken(checks: false));

        string Taken(bool checks)
        {
            var options = new MtlsOptions { ChecksRevocation = checks };
            options.Authorities.Add(X509Certificate2.CreateFromPem(root.Pem));
            var authorities = new ClientAuthorities(options, TimeProvider.System);
            return string.Join(' ', new[] { good, revoked, unanswered, silent }.Where(authorities.Vouch).Select(c => c.Subject));
        }
    }
}
