namespace AuthServer.LoadTests.Machine;

/// <summary>Something that a run needs is not there; the message says what.</summary>
internal sealed class CannotRunException(string message) : Exception(message);
