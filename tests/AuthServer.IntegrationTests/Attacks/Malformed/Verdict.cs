using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>What every answer to a malformed request must be.</summary>
internal static partial class Verdict
{
    private static readonly string[] Ways = ["https://spa.example.test/callback", "https://spa.example.test/", "https://web.example.test/"];

    /// <returns>What is wrong with the answer; null when nothing is.</returns>
    public static string? On(Wire wire, RawAnswer answer)
    {
        if (answer.Status == 0) return wire.Body.Length > 60_000 ? null : "no answer";
        if (answer.Status >= 500) return "a failure of the server";
        if (Leaks().Match(answer.ToString()) is { Success: true } leak) return $"it tells of the inside: {leak.Value}";
        if (answer.Headers.Any(h => h.Name.Equals("X-Injected", StringComparison.OrdinalIgnoreCase)))
        {
            return "a header was smuggled into the answer";
        }
        if (IsOfTheListener(answer)) return null;
        if (answer.Header("X-Content-Type-Options") != "nosniff") return "without the headers that every answer has";
        return answer.Status switch
        {
            < 300 or 304 => null,
            < 400 => OnRedirect(answer.Header("Location")),
            _ when wire.Method == "HEAD" => null,
            _ => OnRefusal(wire, answer),
        };
    }

    // What is no HTTP the listener refuses before there is a request: a status, no body, and the end of the connection.
    private static bool IsOfTheListener(RawAnswer answer) =>
        answer is { Status: 400 or 404 or 405 or 408 or 411 or 413 or 414 or 417 or 431 or 501 or 505, Body: "" }
            && answer.Header("Content-Length") == "0" && answer.MediaType is null && answer.Header("X-Content-Type-Options") is null;

    private static string? OnRedirect(string? location) => location switch
    {
        null => "a redirect to nowhere",
        ['/', not '/' and not '\\', ..] or "/" => null,
        // Relative to where it was asked.
        _ when char.IsAsciiLetter(location[0]) && !location.Contains(':', StringComparison.Ordinal) => null,
        _ when Ways.Any(w => location == w || location.StartsWith(w + "?", StringComparison.Ordinal)
            || location.StartsWith(w + "#", StringComparison.Ordinal)) => null,
        _ => "a redirect to another site",
    };

    private static string? OnRefusal(Wire wire, RawAnswer answer)
    {
        var type = answer.MediaType;
        if (type == "text/html")
        {
            return wire.Path.StartsWith("/v1/", StringComparison.Ordinal)
                ? "a page at /v1"
                : answer.Body.Contains("<html", StringComparison.Ordinal)
                ? null
                : "a page that is none";
        }
        if (type is not ("application/problem+json" or "application/json")) return $"a refusal of type {type}";
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var json = document.RootElement;
            if (type == "application/problem+json")
            {
                return json.GetProperty("status").GetInt32() == answer.Status && json.GetProperty("type").GetString() is not null
                    && json.GetProperty("title").GetString() is not null && json.GetProperty("detail").GetString() is not null
                    ? null
                    : "a problem without its members";
            }
            if (wire.Path.StartsWith("/v1/", StringComparison.Ordinal)) return "no problem at /v1";
            // RFC 6749 section 5.2 says which characters error and error_description may have.
            if (!json.GetProperty("error").GetString()!.All(IsErrorText)) return "an error in characters that it may not have";
            return !json.TryGetProperty("error_description", out var text) || text.GetString()!.All(IsErrorText)
                ? null
                : "an error_description in characters that it may not have";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "a refusal that is no JSON: " + exception.Message;
        }
    }

    private static bool IsErrorText(char c) => c is >= ' ' and <= '~' and not '"' and not '\\';

    // A bare SQLSTATE would match the digits of identifiers and times.
    [GeneratedRegex(
        @"\wException\b|\n\s+at \w|\.cs:line|Npgsql|Sqlite|SQLSTATE|\bSELECT\b.+\bFROM\b|\bINSERT\s+INTO\b|user_sessions|" +
        @"System\.\w|Microsoft\.\w|OpenIddict|22021: |invalid byte sequence|stack trace",
        RegexOptions.IgnoreCase)]
    private static partial Regex Leaks();
}
