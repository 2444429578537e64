using AuthServer.Configuration;

namespace AuthServer.Keys;

/// <summary>How often the server replaces its keys.</summary>
public sealed class KeyOptions : ICheckedSettings
{
    /// <summary>
    /// How long a key is in use before the next one takes its place. The next one is published 24 hours earlier. At least 2d; a leaked
    /// key is replaced at once by the command keys revoke.
    /// </summary>
    [Setting("KEY_ROTATION_INTERVAL", Cure = "a duration such as 90d")]
    public TimeSpan RotationInterval { get; set; } = TimeSpan.FromDays(90);

    public void Check(SettingProblems problems)
    {
        if (RotationInterval < 2 * KeyLife.Notice)
        {
            problems.Add("KEY_ROTATION_INTERVAL", "is shorter than 2d", "set it to a duration such as 90d");
        }
    }
}
