using System.Buffers;
using AuthServer.Protocol.ClientProof;

namespace AuthServer.Protocol.Plain;

/// <summary>A posted form in its plainest shape: a few parameters, none twice, none empty, all of visible ASCII.</summary>
/// <remarks>What has any other shape is left in the request as it was, for OpenIddict to judge.</remarks>
public sealed class RequestForm
{
    private const int LongestBody = 8 * 1024;
    private const int MostParameters = 12;

    private readonly (string Name, string Value)[] _parameters;
    private readonly int _count;
    private int _taken;

    private RequestForm((string, string)[] parameters, int count) => (_parameters, _count) = (parameters, count);

    /// <summary>Whether every parameter has been asked for: one that is unknown here may mean something to OpenIddict.</summary>
    public bool IsExhausted => _taken == _count;

    /// <summary>A parameter by its name, or null; to be asked once.</summary>
    public string? Take(string name)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_parameters[i].Name != name) continue;
            _taken++;
            return _parameters[i].Value;
        }

        return null;
    }

    /// <summary>
    /// Looks at the form and leaves the body unread, so that OpenIddict can still read it; Kestrel drops a body that is not read.
    /// </summary>
    /// <returns>Null when the form has another shape.</returns>
    public static async ValueTask<RequestForm?> PeekAsync(HttpRequest request)
    {
        if (request.ContentType is not ("application/x-www-form-urlencoded" or "application/x-www-form-urlencoded; charset=utf-8"
            or "application/x-www-form-urlencoded;charset=UTF-8"))
        {
            return null;
        }

        return await PlainBody.PeekAsync(request, LongestBody, Parse);
    }

    internal static RequestForm? Parse(ReadOnlySequence<byte> body)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(body.Length, LongestBody)];
        if (body.Length != bytes.Length) return null;
        body.CopyTo(bytes);
        var parameters = new (string Name, string Value)[MostParameters];
        var count = 0;
        ReadOnlySpan<byte> rest = bytes;
        while (true)
        {
            var end = rest.IndexOf((byte)'&');
            var pair = end < 0 ? rest : rest[..end];
            var equals = pair.IndexOf((byte)'=');
            if (equals <= 0 || count == MostParameters) return null;
            if (FormEncoding.Decode(pair[..equals]) is not { } name
                || FormEncoding.Decode(pair[(equals + 1)..]) is not { Length: > 0 } value)
            {
                return null;
            }
            for (var i = 0; i < count; i++)
            {
                if (parameters[i].Name == name) return null;
            }

            parameters[count++] = (name, value);
            if (end < 0) return new RequestForm(parameters, count);
            rest = rest[(end + 1)..];
        }
    }
}
