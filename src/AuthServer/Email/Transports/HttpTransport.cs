using System.Net;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Doctor;

namespace AuthServer.Email.Transports;

/// <summary>Hands mails to an e-mail service by HTTP.</summary>
internal sealed class HttpTransport(IMailApi api, TimeProvider time) : IMailTransport, IDisposable
{
    private const int LongestAnswer = 64 * 1024, LongestReason = 300;

    private static readonly string[] ReasonMembers = ["message", "Message", "error", "name"];

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A redirect would carry the mail, and perhaps the key, to another host.
        UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        // The caller sets the time.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public string Description => api.Name;

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        try
        {
            using var request = api.ToRequest(mail);
            // The status decides: a mail that was taken is not sent again because the words about it were lost.
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var (reason, body) = await ReadAsync(answer, cancellationToken);
            var said = $"{(int)answer.StatusCode} {reason}".TrimEnd();
            return answer.StatusCode switch
            {
                _ when answer.IsSuccessStatusCode => new SendOutcome.Sent(said),
                HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity =>
                    api.JudgeRefusal(said, body),
                // An earlier attempt of the same mail is still on its way there.
                HttpStatusCode.Conflict => new SendOutcome.Postponed(said),
                _ => new SendOutcome.Unavailable(said, RetryAfter(answer)),
            };
        }
        catch (HttpRequestException error)
        {
            return new SendOutcome.Unavailable(error.Message);
        }
    }

    public async Task<Finding> LookAsync(CancellationToken cancellationToken)
    {
        if (api.ToLook() is not { } look)
            return Finding.Skipped($"{Description} is only asked when there is a mail; AuthServer mail test sends one");
        const string Cure = "check EMAIL_SERVICE_API_KEY and EMAIL_SERVICE_URL, and the way out of this network";
        try
        {
            using (look)
            {
                using var answer = await _http.SendAsync(look, cancellationToken);
                if (answer.IsSuccessStatusCode) return Finding.Ok($"{Description} accepts the key");
                var (said, _) = await ReadAsync(answer, cancellationToken);
                if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && !api.LookKnowsKeys)
                {
                    return Finding.Skipped($"{Description} answers; whether it takes the key, AuthServer mail test says");
                }

                // A key that may send and nothing else is the best one.
                return answer.StatusCode == HttpStatusCode.Unauthorized && said.Contains("restricted", StringComparison.OrdinalIgnoreCase)
                    ? Finding.Ok($"{Description} accepts the key, which may only send")
                    : Finding.Wrong($"{Description}: {(int)answer.StatusCode} {said}".TrimEnd(), Cure);
            }
        }
        catch (HttpRequestException error)
        {
            return Finding.Wrong($"{Description}: {error.Message}", Cure);
        }
    }

    public Task RestAsync() => Task.CompletedTask;

    public void Dispose() => _http.Dispose();

    private TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    /// <summary>The words of the service; each has its own form for them, and the JSON they stand in.</summary>
    private static async Task<(string Reason, JsonElement Body)> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var (text, body) = ("", default(JsonElement));
        try
        {
            await answer.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken);
            text = await answer.Content.ReadAsStringAsync(cancellationToken);
            body = JsonElement.Parse(text);
            var root = body;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("errors", out var errors)
                && errors is { ValueKind: JsonValueKind.Array } && errors.GetArrayLength() > 0) root = errors[0];
            if (root.ValueKind == JsonValueKind.Object)
            {
                foreach (var name in ReasonMembers)
                {
                    if (root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String)
                        return (ForeignText.Clean(member.GetString(), LongestReason) ?? "", body);
                }

                return ("", body);
            }
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException or OperationCanceledException)
        {
            // A proxy on the way answers with a page; or the words do not arrive.
        }

        return (ForeignText.Clean(text, LongestReason) ?? "", body);
    }
}
