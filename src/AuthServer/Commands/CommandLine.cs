using System.Collections.Frozen;
using System.Reflection;
using AuthServer.Configuration;

namespace AuthServer.Commands;

/// <summary>What all commands share: their help, their mistakes, and how a refusal is printed.</summary>
public static class CommandLine
{
    // POSIX utility conventions, guideline 10: what follows is no option, whatever it begins with.
    private const string End = "--";

    private static readonly FrozenSet<string> Flags =
        [.. ServeCommand.Flags, .. KeysCommand.Flags, .. ClientsCommand.Flags, .. ResourcesCommand.Flags,
            .. UsersCommand.Flags, .. BackupCommand.Flags, .. MailCommand.Flags, .. LogoutsCommand.Flags,
            .. RegistrationTokensCommand.Flags, .. DoctorCommand.Flags];

    /// <summary>
    /// Answers --help and refuses stray words; otherwise runs the command with its options (settings such as --DATABASE_URL=...).
    /// </summary>
    public static async Task<int> RunAsync(CommandHelp help, string[] args, int words, Func<string[], string[], Task<int>> run)
    {
        if (args.Any(a => a is "--help" or "-h"))
        {
            help.Print(Console.Out);
            return ExitCodes.Done;
        }
        var found = Words(args).ToArray();
        if (found.Length != words)
        {
            await Console.Error.WriteLineAsync(
                found.Length > words ? $"\"{found[words]}\" is one word too many." : "An argument is missing.");
            help.Print(Console.Error);
            return ExitCodes.Usage;
        }
        try
        {
            return await run(found, [.. args.Except([.. found, End])]);
        }
        // A test host wants the exception itself; a person wants to read what to mend.
        catch (StartRefusedException refused) when (Assembly.GetEntryAssembly() == typeof(CommandLine).Assembly)
        {
            await Console.Error.WriteLineAsync($"AuthServer {help.Name} does not start:");
            foreach (var reason in refused.Reasons) await Console.Error.WriteLineAsync("  " + reason);
            return refused.ExitCode;
        }
    }

    /// <summary>Answers a group of commands ("keys") that is not followed by one of them: its help, or which word is wrong.</summary>
    public static Task<int> AnswerGroup(IReadOnlyList<CommandHelp> helps, string[] args)
    {
        var isHelp = args is ["--help" or "-h", ..];
        var output = isHelp ? Console.Out : Console.Error;
        if (!isHelp && args is [var word, ..]) output.WriteLine($"\"{helps[0].Name.Split(' ')[0]} {word}\" is not a command.");
        foreach (var (i, help) in helps.Index())
        {
            if (i > 0) output.WriteLine();
            help.Print(output);
        }

        return Task.FromResult(isHelp ? ExitCodes.Done : ExitCodes.Usage);
    }

    /// <summary>Takes "--option VALUE" or "--option=VALUE" out of the arguments.</summary>
    /// <returns>Null: it is not there. Empty: it has no value.</returns>
    public static string? TakeValue(ref string[] args, string option)
    {
        var at = Array.FindIndex(args, a => a == option || a.StartsWith(option + "=", StringComparison.Ordinal));
        if (at < 0) return null;
        var isApart = args[at] == option;
        var value = isApart ? args.ElementAtOrDefault(at + 1) ?? "" : args[at][(option.Length + 1)..];
        args = [.. args[..at], .. args.Skip(at + (isApart ? 2 : 1))];
        return value;
    }

    /// <summary>How many words stand among the arguments, for a command whose last one may be left out.</summary>
    public static int CountWords(string[] args) => Words(args).Count();

    /// <summary>
    /// The arguments that are neither an option nor the value after one ("--urls http://localhost:5080"), and all that follow "--".
    /// </summary>
    private static IEnumerable<string> Words(string[] args)
    {
        var end = Array.IndexOf(args, End);
        return args.Where((word, i) => (end >= 0 && i > end) || (!word.StartsWith('-') && (i == 0 || !IsOpenOption(args[i - 1]))));
    }

    private static bool IsOpenOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal)
        && !argument.Contains('=', StringComparison.Ordinal) && argument != End && !Flags.Contains(argument);
}
