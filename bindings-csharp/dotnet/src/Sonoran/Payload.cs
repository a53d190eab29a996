using System;
using Sonoran.Json;

namespace Sonoran;

/// <summary>The payload or query object of a call.</summary>
internal readonly struct Payload
{
    private readonly string? _name;
    private readonly object? _value;
    private readonly bool _required;

    private Payload(string name, object? value, bool required)
    {
        _name = name;
        _value = value;
        _required = required;
    }

    /// <summary>For an operation that takes none, or where it is left out.</summary>
    internal static Payload None => default;

    internal static Payload Required(string name, object? value) => new(name, value, required: true);

    internal static Payload Optional(string name, object? value) => new(name, value, required: false);

    /// <summary>The object as JSON, or null where there is none.</summary>
    /// <exception cref="ArgumentNullException">A required object is null.</exception>
    /// <exception cref="ArgumentException">The object cannot be made JSON; the exception names the part that cannot.</exception>
    internal byte[]? Write()
    {
        if (_value is not { } value)
        {
            return _required ? throw new ArgumentNullException(_name) : null;
        }

        return JsonText.Write(_name!, writer => Documented.Write(writer, value));
    }
}
