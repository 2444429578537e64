using AuthServer.Configuration;

namespace AuthServer.Hosting.Configuring;

public enum LogFormat
{
    Text,
    Json,
}

/// <summary>The form of the log. Its levels are the framework's own settings, such as Logging__LogLevel__Default=Warning.</summary>
public sealed class LogOptions
{
    private const string InContainer = "DOTNET_RUNNING_IN_CONTAINER";

    /// <summary>
    /// text: a line for people; json: an object in each line, for programs that collect logs. Not set: json in a container, text elsewhere.
    /// </summary>
    [Setting("LOG_FORMAT")]
    public LogFormat? Format { get; set; }

    /// <param name="configuration">The images of .NET set the variable.</param>
    public LogFormat FormatIn(IConfiguration configuration) =>
        Format ?? (configuration[InContainer] is "true" or "1" ? LogFormat.Json : LogFormat.Text);
}
