using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Sessions;
using AuthServer.Ui;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Pages;

/// <summary>What the page after a sign-out has to show.</summary>
/// <param name="Frames">The logout addresses of apps.</param>
/// <param name="Next">Where the person goes on then; null: they stay.</param>
public sealed record SignedOutShow(IReadOnlyList<string> Frames, string? Next)
{
    public static readonly SignedOutShow Nothing = new([], null);
}

/// <summary>Leads a browser whose person has signed out to the page that tells apps (OpenID Connect Front-Channel Logout 1.0).</summary>
public sealed class SignedOutApps(IDataProtectionProvider protection, ClientDirectory clients, IssuerOptions issuer, TimeProvider time)
{
    private const string Parameter = "apps";

    // Each is a page that the browser loads.
    private const int Most = 20;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly SealedText _sealed = new(protection, "authplatform/signed-out-apps/1", 12 * 1024);

    /// <param name="next">Checked already: an address of this server, or one that an app registered.</param>
    /// <param name="behind">The query of the page.</param>
    /// <returns>The page; null where no app is to be told by the browser.</returns>
    public string? PageOf(IReadOnlyList<ShownEnd> ended, string? next, QueryString behind)
    {
        if (ended.Count == 0) return null;
        var ticket = new Ticket([.. ended.Take(Most)], next, time.GetUtcNow().UtcDateTime);
        return PagePaths.SignedOut + behind.Add(Parameter, _sealed.Seal(ticket));
    }

    /// <summary>What the request for the page asks it to show, as far as this server has asked for it itself.</summary>
    public async Task<SignedOutShow> ReadAsync(HttpContext http)
    {
        if (_sealed.Open<Ticket>(http.Request.Query[Parameter]) is not { } ticket || time.GetUtcNow().UtcDateTime - ticket.At > Life)
        {
            return SignedOutShow.Nothing;
        }

        var frames = new List<string>();
        foreach (var (clientId, sid) in ticket.Apps)
        {
            if ((await clients.FindAsync(clientId, http.RequestAborted))?.Logout.FrontchannelUri is not { } address) continue;
            // Section 3: both or none.
            frames.Add(QueryHelpers.AddQueryString(
                address, new Dictionary<string, string?> { ["iss"] = issuer.IssuerText, ["sid"] = sid.ToString() }));
        }

        if (frames.Count > 0) AppFrames.Show(http, frames);
        return new(frames, ticket.Next);
    }

    private sealed record Ticket(IReadOnlyList<ShownEnd> Apps, string? Next, DateTime At);
}
