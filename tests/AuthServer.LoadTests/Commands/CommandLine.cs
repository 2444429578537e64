using System.Globalization;

namespace AuthServer.LoadTests.Commands;

/// <summary>A subcommand, its words, and its options: <c>--name value</c>, <c>--name=value</c>, or a lone <c>--flag</c>.</summary>
internal sealed class CommandLine
{
    private static readonly string[] Flags = ["help", "quick", "list", "no-files"];

    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    public string? Command { get; private set; }

    public List<string> Words { get; } = [];

    /// <summary>As it was typed.</summary>
    public string Original { get; private init; } = "";

    public static CommandLine Parse(string[] args)
    {
        var line = new CommandLine { Original = string.Join(' ', args) };
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "-h") line._options["help"] = "";
            else if (args[i].StartsWith("--", StringComparison.Ordinal))
            {
                var (name, value) = args[i].IndexOf('=', StringComparison.Ordinal) is var at and > 0
                    ? (args[i][2..at], args[i][(at + 1)..])
                    : (args[i][2..], null);
                if (value is null && !Flags.Contains(name, StringComparer.Ordinal) && i + 1 < args.Length) value = args[++i];
                line._options[name] = value ?? "";
            }
            else if (line.Command is null) line.Command = args[i];
            else line.Words.Add(args[i]);
        }
        return line;
    }

    public bool Has(string name) => _options.ContainsKey(name);

    public string? Text(string name) => _options.GetValueOrDefault(name);

    public int Number(string name, int otherwise) =>
        Text(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public double Decimal(string name, double otherwise) =>
        Text(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Null: not given.</summary>
    public string[]? List(string name) => Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
