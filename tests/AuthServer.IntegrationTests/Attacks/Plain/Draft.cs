using System.Collections.Immutable;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>One request to both servers, in the parts that a mutation changes.</summary>
internal sealed record Draft(string Method, string Path)
{
    public string Query { get; init; } = "";

    public ImmutableArray<(string Name, Pair<string> Value)> Form { get; init; } = [];

    public ImmutableArray<(string Name, Pair<string> Value)> Headers { get; init; } = [];

    /// <summary>Null: a form without a name for what it is.</summary>
    public string? ContentType { get; init; } = "application/x-www-form-urlencoded";

    /// <summary>Turns a name or a value into what travels.</summary>
    public Func<string, string> Encode { get; init; } = Uri.EscapeDataString;

    /// <summary>What happens to the whole body at last.</summary>
    public Func<string, string> Body { get; init; } = text => text;

    public Draft Set(string name, Pair<string>? value)
    {
        var at = Form.ToList().FindIndex(p => p.Name == name);
        if (value is null) return at < 0 ? this : this with { Form = Form.RemoveAt(at) };
        return this with { Form = at < 0 ? Form.Add((name, value)) : Form.SetItem(at, (name, value)) };
    }

    public Draft Header(string name, Pair<string> value) => this with { Headers = Headers.Add((name, value)) };

    public Draft WithoutHeader(string name) => this with { Headers = Headers.RemoveAll(h => h.Name == name) };

    public Draft Basic(string user, string password) =>
        WithoutHeader("Authorization")
            .Header(
                "Authorization", "Basic " + Convert.ToBase64String(
                    Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}")));

    public HttpRequestMessage For(int side)
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), AuthServerHost.IssuerText + Path + Query);
        if (Method != "GET")
        {
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(BodyOf(side)));
            if (ContentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        foreach (var header in Headers.GroupBy(h => h.Name))
        {
            var values = header.Select(h => h.Value[side]).ToList();
            if (!request.Headers.TryAddWithoutValidation(header.Key, values))
            {
                request.Content?.Headers.TryAddWithoutValidation(header.Key, values);
            }
        }

        return request;
    }

    public string Describe() =>
        $"{Method} {Path}{Query}\n{string.Join('\n', Headers.Select(h => $"{h.Name}: {h.Value[0]}"))}\n" +
        $"Content-Type: {ContentType}\n\n{BodyOf(0)}";

    private string BodyOf(int side) => Body(string.Join('&', Form.Select(p => $"{Encode(p.Name)}={Encode(p.Value[side])}")));
}
