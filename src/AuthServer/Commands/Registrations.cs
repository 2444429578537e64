using AuthServer.Configuration;

namespace AuthServer.Commands;

/// <summary>What the commands share that read registrations from files and change them.</summary>
internal static class Registrations
{
    /// <summary>The word that stands for it in the place of a file.</summary>
    public const string StandardInput = "-";

    /// <param name="file">Null: standard input.</param>
    /// <param name="what">The thing that the JSON describes.</param>
    public static async Task<(byte[]? Json, string? Fault)> ReadAsync(string? file, string what)
    {
        try
        {
            if (file is not null) return (await File.ReadAllBytesAsync(file), null);
            if (!Console.IsInputRedirected) await Console.Error.WriteLineAsync($"The {what}'s JSON is read from standard input.");
            await using var input = Console.OpenStandardInput();
            using var json = new MemoryStream();
            await input.CopyToAsync(json);
            return (json.ToArray(), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return (null, $"{file ?? "Standard input"} cannot be read: {e.Message}");
        }
    }

    public static async Task<int> RefuseAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return ExitCodes.BadInput;
    }
}
