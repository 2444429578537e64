using Microsoft.AspNetCore.Antiforgery;

namespace AuthServer.Pages;

/// <summary>The fields of a posted page, and whether the page was ours and fresh.</summary>
public sealed class PostedForm
{
    /// <summary>The largest body that the pages accept, in bytes.</summary>
    public const long MaxSize = 64 * 1024;

    private readonly IFormCollection _fields;

    private PostedForm(IFormCollection fields, bool isGenuine) => (_fields, IsGenuine) = (fields, isGenuine);

    /// <summary>False when the token against forged posts is missing, of another session, or no longer readable.</summary>
    public bool IsGenuine { get; }

    /// <summary>A field as typed; empty when it is missing.</summary>
    public string this[string name] => _fields.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? "" : "";

    public static async Task<PostedForm> ReadAsync(HttpContext http, IAntiforgery antiforgery)
    {
        if (!http.Request.HasFormContentType) return new(FormCollection.Empty, false);
        var _fields = await http.Request.ReadFormAsync(http.RequestAborted);
        return new(_fields, await antiforgery.IsRequestValidAsync(http));
    }
}
