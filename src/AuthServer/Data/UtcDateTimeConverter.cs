using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AuthServer.Data;

/// <summary>UTC in the code, the specified TIMESTAMP (without zone) in the database, whatever the session's time zone.</summary>
public sealed class UtcDateTimeConverter() : ValueConverter<DateTime, DateTime>(
    utc => DateTime.SpecifyKind(utc.ToUniversalTime(), DateTimeKind.Unspecified),
    stored => DateTime.SpecifyKind(stored, DateTimeKind.Utc));
