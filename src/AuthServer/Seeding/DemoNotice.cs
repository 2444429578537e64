using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Configuration;

namespace AuthServer.Seeding;

/// <summary>What the console says about the demo: who may sign in, the clients' secrets, and one complete request to try.</summary>
public sealed class DemoNotice(IssuerOptions issuer)
{
    private const string ClientId = "demo-spa";
    private const string RedirectUri = "http://localhost:5173/callback";
    private const string Scopes = "openid profile email offline_access notes:read notes:write";

    public ImmutableArray<(string Email, string Password)> People { get; set; } = [];

    public ImmutableArray<(string ClientId, string Secret)> Clients { get; set; } = [];

    /// <summary>Prints nothing where there is no demo.</summary>
    public void Print(TextWriter output)
    {
        if (People.IsEmpty) return;
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        output.WriteLine();
        output.WriteLine("Demo accounts (Development only)");
        foreach (var (email, password) in People) output.WriteLine($"  {email,-20}{password}");
        output.WriteLine("Demo clients");
        output.WriteLine($"  {ClientId,-20}(public, PKCE)");
        foreach (var (clientId, secret) in Clients) output.WriteLine($"  {clientId,-20}{secret}");
        output.WriteLine("Sign in as one of them: open");
        output.WriteLine($"  {AuthorizeUrl(verifier)}");
        output.WriteLine("The browser ends at an address where nobody listens yet; its bar holds the code. Redeem it within 60 seconds:");
        output.WriteLine($"  {RedeemCommand(verifier)}");
        output.WriteLine($"  (code_verifier {verifier})");
    }

    private string AuthorizeUrl(string verifier)
    {
        // RFC 7636 section 4.2
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        return $"{issuer.IssuerText}/connect/authorize?client_id={ClientId}&response_type=code&redirect_uri={Uri.EscapeDataString(RedirectUri)}" +
            $"&scope={Uri.EscapeDataString(Scopes)}&state={state}&code_challenge={challenge}&code_challenge_method=S256";
    }

    private string RedeemCommand(string verifier) =>
        $"curl -d grant_type=authorization_code -d client_id={ClientId} -d redirect_uri={RedirectUri} -d code_verifier={verifier} -d code=CODE {issuer.IssuerText}/connect/token";
}
