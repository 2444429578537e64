using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Controls;

/// <summary>A device in words, such as "Firefox on Windows".</summary>
public static class DeviceWords
{
    /// <returns>Null when nothing is known of it.</returns>
    public static string? Of(string? browser, string? system) =>
        browser is not null && system is not null ? Text.Of(Texts.DeviceOn, browser, system) : browser ?? system;
}
