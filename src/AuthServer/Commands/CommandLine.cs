using System.Reflection;
using AuthServer.Configuration;

namespace AuthServer.Commands;

/// <summary>Finds the command that the arguments name. None means serve, also before options such as --urls.</summary>
public static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return args switch
            {
                [] or ["serve", ..] => await ServeCommand.RunAsync([.. args.Skip(1)]),
                [['-', ..], ..] => await ServeCommand.RunAsync(args),
                [var unknown, ..] => Unknown(unknown),
            };
        }
        // A test host wants the exception itself; a person wants to read what to mend.
        catch (StartRefusedException refused) when (Assembly.GetEntryAssembly() == typeof(CommandLine).Assembly)
        {
            Console.Error.WriteLine("The server does not start:");
            foreach (var reason in refused.Reasons) Console.Error.WriteLine("  " + reason);
            return refused.ExitCode;
        }
    }

    private static int Unknown(string command)
    {
        Console.Error.WriteLine($"\"{command}\" is not a command. `AuthServer help` lists them.");
        return ExitCodes.Usage;
    }
}
