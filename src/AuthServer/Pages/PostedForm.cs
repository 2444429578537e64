using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace AuthServer.Pages;

/// <summary>The fields of a posted page, and whether the page was ours and fresh.</summary>
public sealed class PostedForm
{
    /// <summary>The largest body that the pages accept, in bytes.</summary>
    public const long MaxSize = 64 * 1024;

    private readonly IFormCollection _fields;

    private PostedForm(IFormCollection fields, bool isGenuine, string? cookie) =>
        (_fields, IsGenuine, Browser) = (fields, isGenuine, cookie ?? "");

    /// <summary>False when the token against forged posts is missing, of another person, or no longer readable.</summary>
    public bool IsGenuine { get; }

    /// <summary>False when not even the cookie of the token came: the browser keeps none, or another site posted.</summary>
    public bool HasCookie => Browser.Length > 0;

    /// <summary>The cookie of the token, a secret that only this browser has.</summary>
    public string Browser { get; }

    /// <summary>A field as typed; empty when it is missing.</summary>
    public string this[string name] => _fields.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? "" : "";

    /// <summary>Whether the field was sent, also empty.</summary>
    public bool Has(string name) => _fields.ContainsKey(name);

    public static async Task<PostedForm> ReadAsync(HttpContext http, IAntiforgery antiforgery)
    {
        var cookie = http.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie.Name!;
        var browser = http.Request.Cookies[cookie];
        if (!http.Request.HasFormContentType) return new(FormCollection.Empty, false, browser);
        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        if (fields["returnUrl"] is [{ } back])
        {
            http.RequestServices.GetRequiredService<PageLanguage>().Follow(http, ReturnAddress.ToAuthorization(back));
        }
        return new(fields, await antiforgery.IsRequestValidAsync(http), browser);
    }
}
