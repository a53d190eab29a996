using System;
using System.Text.Json;
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

    /// <summary>For an operation that takes none.</summary>
    internal static Payload None => default;

    internal static Payload Required(string name, object? value) => new(name, value, required: true);

    internal static Payload Optional(string name, object? value) => new(name, value, required: false);

    /// <summary>The object as JSON, or null where there is none.</summary>
    /// <exception cref="ArgumentNullException">A required object is null.</exception>
    /// <exception cref="ArgumentException">The object cannot be made JSON.</exception>
    internal byte[]? Write()
    {
        if (_value is null)
        {
            return _required ? throw new ArgumentNullException(_name) : null;
        }

        try
        {
            return Documented.Write(_value);
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ArgumentException($"{_name} cannot be made JSON: {exception.Message}", _name, exception);
        }
    }
}
