using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Sonoran.Json;
using Sonoran.Native;

namespace Sonoran;

/// <summary>Reads push events: what the service POSTs to a community's own server.</summary>
/// <remarks>
/// The service signs nothing: an event proves itself by the community's API key in its body alone. Of several keys,
/// such as the old and the new one while the key is being changed, any will do. A type that is not documented is
/// passed on as an <see cref="UnknownEvent"/>. A field that has another form than documented is in <c>Extra</c> of the data.
/// </remarks>
/// <example>
/// <code>
/// if (SonoranEvents.TryParse(body, "YOUR_API_KEY", out var received, out var refusal))
/// {
///     Console.WriteLine($"{received.Type} of {received.AccountId}");
/// }
/// </code>
/// </example>
public static class SonoranEvents
{
    /// <summary>The most bytes that the body of an event may have: 256 KiB. A documented one has less than one.</summary>
    public const int MaxBytes = 262144;

    /// <summary>Reads the raw body of a push event, bytes or text, and checks the key in it.</summary>
    /// <param name="body">The body of the request as it came.</param>
    /// <param name="key">The community's API key.</param>
    /// <returns>The event: of the class of its type, or an <see cref="UnknownEvent"/>.</returns>
    /// <exception cref="EventError">The body is no event of this community; nothing of it is in the message.</exception>
    /// <exception cref="ArgumentException">A key, or a text as body, is null, or a key is empty, or has a sign that no API key has, such as a space or a line break.</exception>
    public static SonoranEvent Parse(ReadOnlySpan<byte> body, string key) => Read(body, EventKeys.Of(key)).OrThrow();

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, string)"/>
    public static SonoranEvent Parse(string body, string key) => Read(body, EventKeys.Of(key)).OrThrow();

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, string)"/>
    /// <param name="body">The body of the request as it came.</param>
    /// <param name="keys">API keys of the community, at least one.</param>
    public static SonoranEvent Parse(ReadOnlySpan<byte> body, IEnumerable<string> keys) =>
        Read(body, EventKeys.Of(keys)).OrThrow();

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, IEnumerable{string})"/>
    public static SonoranEvent Parse(string body, IEnumerable<string> keys) => Read(body, EventKeys.Of(keys)).OrThrow();

    /// <summary>The same as <see cref="Parse(ReadOnlySpan{byte}, string)"/>, with the refusal as a value.</summary>
    /// <param name="body">The body of the request as it came.</param>
    /// <param name="key">The community's API key.</param>
    /// <param name="received">The event, where it is one.</param>
    /// <param name="error">Else why not.</param>
    /// <returns>Whether it is an event of this community.</returns>
    /// <exception cref="ArgumentException">A key, or a text as body, is null, or a key is empty, or has a sign that no API key has, such as a space or a line break.</exception>
    public static bool TryParse(
        ReadOnlySpan<byte> body, string key, [NotNullWhen(true)] out SonoranEvent? received, [NotNullWhen(false)] out EventError? error) =>
        Read(body, EventKeys.Of(key)).Told(out received, out error);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, string, out SonoranEvent?, out EventError?)"/>
    public static bool TryParse(
        string body, string key, [NotNullWhen(true)] out SonoranEvent? received, [NotNullWhen(false)] out EventError? error) =>
        Read(body, EventKeys.Of(key)).Told(out received, out error);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, string, out SonoranEvent?, out EventError?)"/>
    /// <param name="body">The body of the request as it came.</param>
    /// <param name="keys">API keys of the community, at least one.</param>
    /// <param name="received">The event, where it is one.</param>
    /// <param name="error">Else why not.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body, IEnumerable<string> keys, [NotNullWhen(true)] out SonoranEvent? received, [NotNullWhen(false)] out EventError? error) =>
        Read(body, EventKeys.Of(keys)).Told(out received, out error);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, IEnumerable{string}, out SonoranEvent?, out EventError?)"/>
    public static bool TryParse(
        string body, IEnumerable<string> keys, [NotNullWhen(true)] out SonoranEvent? received, [NotNullWhen(false)] out EventError? error) =>
        Read(body, EventKeys.Of(keys)).Told(out received, out error);

    private static EventOutcome Read(string body, byte[][] keys) =>
        Read(Unicode.Utf8(body ?? throw new ArgumentNullException(nameof(body))), keys);

    private static EventOutcome Read(ReadOnlySpan<byte> body, byte[][] keys)
    {
        NativeLibraryCheck.Run();
        try
        {
            return EventReader.Read(EventParser.Parse(body, keys));
        }
        catch (NativeFaultException fault)
        {
            throw new InternalError(fault.Message, fault);
        }
        finally
        {
            // Nobody else needs them any more.
            Array.ForEach(keys, key => Array.Clear(key, 0, key.Length));
        }
    }
}
