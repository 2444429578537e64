using AuthServer.Commands;

// The table of contents. No command means serve, also before options such as --urls.
return args switch
{
    ["help" or "--help" or "-h", ..] => HelpCommand.Print(),
    ["version" or "--version", ..] => HelpCommand.PrintVersion(),
    ["migrate", .. var rest] => await MigrateCommand.RunAsync(rest),
    ["seed", .. var rest] => await SeedCommand.RunAsync(rest),
    ["clients", .. var rest] => await ClientsCommand.RunAsync(rest),
    ["users", .. var rest] => await UsersCommand.RunAsync(rest),
    ["registration-tokens", .. var rest] => await RegistrationTokensCommand.RunAsync(rest),
    ["resources", .. var rest] => await ResourcesCommand.RunAsync(rest),
    ["keys", .. var rest] => await KeysCommand.RunAsync(rest),
    ["db", .. var rest] => await DbCommand.RunAsync(rest),
    ["mail", .. var rest] => await MailCommand.RunAsync(rest),
    ["logouts", .. var rest] => await LogoutsCommand.RunAsync(rest),
    ["backup", .. var rest] => await BackupCommand.RunAsync(rest),
    ["promote", .. var rest] => await PromoteCommand.RunAsync(rest),
    ["texts", .. var rest] => await TextsCommand.RunAsync(rest),
    ["doctor", .. var rest] => await DoctorCommand.RunAsync(rest),
    ["health", .. var rest] => await HealthCommand.RunAsync(rest),
    ["serve", .. var rest] => await ServeCommand.RunAsync(rest),
    [] or [['-', ..], ..] => await ServeCommand.RunAsync(args),
    [var unknown, ..] => HelpCommand.Unknown(unknown),
};
