using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Sonoran.Testing;

/// <summary>What a fault makes of an answer.</summary>
public sealed record FaultAction
{
    private FaultAction(string type) => Type = type;

    /// <summary>The usual answer, for a fault that only delays it.</summary>
    public static FaultAction None { get; } = new("none");

    /// <summary>An answer whose body is no JSON.</summary>
    public static FaultAction Malformed { get; } = new("malformed");

    /// <summary>The name that the emulator has for it.</summary>
    public string Type { get; }

    [JsonInclude]
    internal int? Status { get; private init; }

    [JsonInclude]
    internal object? Body { get; private init; }

    [JsonInclude]
    internal IReadOnlyDictionary<string, string>? Headers { get; private init; }

    [JsonInclude]
    internal bool? Applied { get; private init; }

    [JsonInclude]
    internal int? Bytes { get; private init; }

    [JsonInclude]
    internal int? Milliseconds { get; private init; }

    [JsonInclude]
    internal string? Text { get; private init; }

    /// <summary>Another answer instead.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="body">Its body: text as it is, anything else as JSON.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="applied">Whether the operation is carried out before.</param>
    /// <returns>The action.</returns>
    public static FaultAction Respond(int status, object? body = null, IReadOnlyDictionary<string, string>? headers = null, bool applied = false) =>
        new("respond") { Status = status, Body = Admin.Whole(body), Headers = headers, Applied = applied ? true : null };

    /// <summary>The connection ends without a byte.</summary>
    /// <param name="applied">Whether the operation is carried out before.</param>
    /// <returns>The action.</returns>
    public static FaultAction Close(bool applied = false) => new("close") { Applied = applied };

    /// <summary>The connection is reset without a byte.</summary>
    /// <param name="applied">Whether the operation is carried out before.</param>
    /// <returns>The action.</returns>
    public static FaultAction Reset(bool applied = false) => new("reset") { Applied = applied };

    /// <summary>The usual answer, cut after so many bytes of its body.</summary>
    /// <param name="bytes">How many bytes are sent.</param>
    /// <returns>The action.</returns>
    public static FaultAction Truncate(int bytes) => new("truncate") { Bytes = bytes };

    /// <summary>The usual answer, so many bytes at a time.</summary>
    /// <param name="bytes">How many bytes at a time.</param>
    /// <param name="milliseconds">The pause between them.</param>
    /// <returns>The action.</returns>
    public static FaultAction Drip(int bytes, int milliseconds) => new("drip") { Bytes = bytes, Milliseconds = milliseconds };

    /// <summary>A gateway's page.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <returns>The action.</returns>
    public static FaultAction Html(int status) => new("html") { Status = status };

    /// <summary>Exactly this text on the connection, then its end.</summary>
    /// <param name="text">What is sent, head and all.</param>
    /// <param name="applied">Whether the operation is carried out before.</param>
    /// <returns>The action.</returns>
    public static FaultAction Raw(string text, bool applied = false) => new("raw") { Text = text, Applied = applied };
}
