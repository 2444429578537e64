namespace AuthServer.Commands;

/// <summary>Asks before something is lost.</summary>
internal static class Confirmation
{
    /// <summary>The option of scripts, which have no terminal.</summary>
    public const string Yes = "--yes";

    public static bool IsGiven(string[] options, string question)
    {
        if (options.Contains(Yes)) return true;
        if (Console.IsInputRedirected)
        {
            Console.Error.WriteLine($"Nothing was changed. Without a terminal, confirm with {Yes}.");
            return false;
        }

        Console.Write(question + " Type yes: ");
        if (string.Equals(Console.ReadLine()?.Trim(), "yes", StringComparison.OrdinalIgnoreCase)) return true;
        Console.Error.WriteLine("Nothing was changed.");
        return false;
    }
}
