using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace AuthServer.Pages;

/// <summary>The fields of a posted page, and whether the page was ours and fresh.</summary>
public sealed class PostedForm
{
    /// <summary>The largest body that the pages accept, in bytes.</summary>
    public const long MaxSize = 64 * 1024;

    private readonly IFormCollection _fields;

    private PostedForm(IFormCollection fields, bool isGenuine, bool hasCookie) =>
        (_fields, IsGenuine, HasCookie) = (fields, isGenuine, hasCookie);

    /// <summary>False when the token against forged posts is missing, of another person, or no longer readable.</summary>
    public bool IsGenuine { get; }

    /// <summary>False when not even the cookie of the token came: the browser keeps none, or another site posted.</summary>
    public bool HasCookie { get; }

    /// <summary>A field as typed; empty when it is missing.</summary>
    public string this[string name] => _fields.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? "" : "";

    /// <summary>Whether the field was sent, also empty.</summary>
    public bool Has(string name) => _fields.ContainsKey(name);

    public static async Task<PostedForm> ReadAsync(HttpContext http, IAntiforgery antiforgery)
    {
        var cookie = http.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie.Name!;
        var hasCookie = http.Request.Cookies.ContainsKey(cookie);
        if (!http.Request.HasFormContentType) return new(FormCollection.Empty, false, hasCookie);
        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        return new(fields, await antiforgery.IsRequestValidAsync(http), hasCookie);
    }
}
