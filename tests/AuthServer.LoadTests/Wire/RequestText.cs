using System.Text;

namespace AuthServer.LoadTests.Wire;

/// <summary>Requests as bytes.</summary>
internal static class RequestText
{
    public static byte[] Get(string host, string path, string? bearer = null, string? cookie = null) =>
        Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n" +
            $"{Header("Authorization: Bearer ", bearer)}{Header("Cookie: ", cookie)}\r\n");

    public static byte[] Form(string host, string path, string body, string? cookie = null) =>
        Post(host, path, "application/x-www-form-urlencoded", body, cookie, null);

    public static byte[] Json(string host, string path, string body, string? bearer = null) =>
        Post(host, path, "application/json", body, null, bearer);

    /// <summary>name=value pairs, encoded.</summary>
    public static string Pairs(params (string Name, string Value)[] pairs) =>
        string.Join('&', pairs.Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}"));

    private static byte[] Post(string host, string path, string type, string body, string? cookie, string? bearer) =>
        Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {host}\r\n{Header("Origin: http://", cookie is null ? null : host)}Accept: */*\r\n" +
            $"{Header("Authorization: Bearer ", bearer)}{Header("Cookie: ", cookie)}" +
            $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static string Header(string name, string? value) => value is null ? "" : $"{name}{value}\r\n";
}
