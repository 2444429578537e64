using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;
using AuthServer.Pages;
using AuthServer.Sessions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Protocol.Authorization;

public enum InteractionOutcome
{
    /// <summary>The person was sent to a page for this request.</summary>
    Asked,

    /// <summary>The person allowed what the consent page showed.</summary>
    Allowed,

    /// <summary>The person refused, on the consent page or before they signed in.</summary>
    Denied,

    /// <summary>The person allowed it, and the server has no room for another app that describes itself.</summary>
    NoRoom,
}

/// <summary>What has already happened with a person for one authorization request.</summary>
/// <param name="Request">Hash of the request's parameters: a mark counts for no other request.</param>
/// <param name="At">When the person was first sent to a page for it, in UTC.</param>
/// <param name="Made">When this mark was made, in UTC.</param>
/// <param name="Session">Whose browser session it was, if there was one.</param>
/// <param name="Approval">The consent page on which the person pressed Allow: one of them is good for one answer about details.</param>
/// <param name="Browser">Hash of a secret of the browser that was sent to the page: a mark counts in no other one.</param>
public sealed record Interaction(
    string Request, DateTime At, DateTime Made, Guid? Session, InteractionOutcome Outcome, Guid? Approval = null, string? Browser = null);

/// <summary>
/// Carries <see cref="Interaction"/> through the person's pages as one sealed parameter, so that nothing has to be stored.
/// </summary>
/// <remarks>
/// A program could fetch an address with a mark and have the person's browser open it, where any sign-in since would count as one for its
/// request (RFC 8252 section 8.6). So the mark names its browser by the cookie that its forms have too.
/// </remarks>
public sealed class Interactions(
    IDataProtectionProvider protection, IAntiforgery forms, IOptions<AntiforgeryOptions> formOptions, TimeProvider time)
{
    public const string Parameter = "interaction";

    /// <summary>How long a mark counts that no sign-in renews.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly SealedText _sealed = new(protection, "authplatform/interaction/1", longest: 2 * 1024);
    private readonly string _cookie = formOptions.Value.Cookie.Name!;

    /// <summary>Whether a parameter is one that this server adds to the address of a request.</summary>
    public static bool IsOurs(string parameter) => parameter is Parameter or RequestHints.Parameter;

    /// <summary>The local address that continues the request, with the mark of what happened.</summary>
    public string Continue(
        HttpContext http, PathString path, IEnumerable<KeyValuePair<string, StringValues>> parameters, BrowserSession? session,
        InteractionOutcome outcome, Guid? approval = null)
    {
        var all = parameters.ToList();
        List<KeyValuePair<string, StringValues>> kept = [.. all.Where(p => p.Key != Parameter)];
        // The first page's time stays: after a consent page a sign-in for this request must still count as one, or prompt=login asks twice
        // and prompt=create for ever.
        // Whole milliseconds: PostgreSQL keeps fewer digits of a sign-in's time than the clock has.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()).UtcDateTime;
        var mark = new Interaction(
            NameOf(kept), Read(http, all, session)?.At ?? now, now, session?.Id, outcome, approval, Hash(BrowserSecret(http)));
        return path + QueryString.Create([.. kept, new(Parameter, _sealed.Seal(mark))]).ToUriComponent();
    }

    /// <summary>
    /// Reads the mark. A sign-in since it was made renews it, because the page may have been open for longer than a mark lives.
    /// </summary>
    /// <returns>Null when there is none, or one of another request or browser, too old, or not made here.</returns>
    public Interaction? Read(HttpContext http, IEnumerable<KeyValuePair<string, StringValues>> parameters, BrowserSession? session)
    {
        var all = parameters.ToList();
        var text = all.FirstOrDefault(p => p.Key == Parameter).Value;
        if (text.Count != 1 || _sealed.Open<Interaction>(text[0]) is not { } mark || mark.Request != NameOf(all)) return null;
        if (http.Request.Cookies[_cookie] is not { Length: > 0 } secret || mark.Browser != Hash(secret)) return null;
        var last = session is not null && session.AuthTime > mark.Made ? session.AuthTime : mark.Made;
        return time.GetUtcNow().UtcDateTime - last < Life ? mark : null;
    }

    /// <summary>
    /// A hash of the request's parameters, without those that this server adds: the name by which a mark and a consent page belong to one
    /// request.
    /// </summary>
    public static string NameOf(IEnumerable<KeyValuePair<string, StringValues>> parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, values) in parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (IsOurs(name)) continue;
            foreach (var value in values)
            {
                text.Append(name.Length).Append(':').Append(name).Append(value?.Length ?? 0).Append(':').Append(value);
            }
        }

        return Hash(text.ToString());
    }

    private static string Hash(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // The cookie that the browser has, or else the one that this answer gives it.
    private string BrowserSecret(HttpContext http) => forms.GetAndStoreTokens(http).CookieToken ?? http.Request.Cookies[_cookie]!;
}
