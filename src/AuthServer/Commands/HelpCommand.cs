using AuthServer.Configuration;

namespace AuthServer.Commands;

/// <summary>Lists the commands, names the version, and answers a command that there is not.</summary>
public static class HelpCommand
{
    private static readonly CommandHelp[] Commands =
    [
        ServeCommand.Help, MigrateCommand.Help, SeedCommand.Help, .. ClientsCommand.Helps, .. UsersCommand.Helps, .. ResourcesCommand.Helps,
        .. KeysCommand.Helps, .. DbCommand.Helps, .. BackupCommand.Helps, PromoteCommand.Help, .. MailCommand.Helps,
        .. LogoutsCommand.Helps, .. RegistrationTokensCommand.Helps,
        TextsCommand.Help, DoctorCommand.Help, HealthCommand.Help,
    ];

    public static int Print()
    {
        PrintTo(Console.Out);
        return ExitCodes.Done;
    }

    public static int PrintVersion()
    {
        Console.WriteLine($"AuthServer {ProductVersion.Text}");
        return ExitCodes.Done;
    }

    public static int Unknown(string command)
    {
        Console.Error.WriteLine($"\"{command}\" is not a command.");
        PrintTo(Console.Error);
        return ExitCodes.Usage;
    }

    private static void PrintTo(TextWriter output)
    {
        output.WriteLine("AuthServer: an OpenID Connect server");
        output.WriteLine();
        foreach (var help in Commands) output.WriteLine($"  {help.Name,-22} {help.Line}");
        output.WriteLine($"  {"version",-22} Print the version");
        output.WriteLine($"  {"help",-22} Print this");
        output.WriteLine();
        output.WriteLine("COMMAND --help says more.");
        output.WriteLine("Settings come from the environment, or as --KEY=value; docs/configuration.md lists them.");
    }
}
