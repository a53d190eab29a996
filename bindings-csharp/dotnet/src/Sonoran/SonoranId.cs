using System;
using System.Globalization;
using System.Text.Json.Serialization;
using Sonoran.Json.Values;

namespace Sonoran;

/// <summary>An id, in whatever form a program has it: a text, a <see cref="Guid"/> or a number. Each becomes one by itself.</summary>
/// <example>
/// <code>
/// await sonoran.Cms.getAccountV2(Guid.Parse("00000000-0000-0000-0000-000000000000"));
/// await sonoran.Cms.resolveDiscordAccountV2(111111111111111111UL);
/// </code>
/// </example>
[JsonConverter(typeof(Ids))]
public readonly record struct SonoranId
{
    private readonly string? _text;

    private SonoranId(string? text, bool isNumber = false)
    {
        _text = text;
        IsNumber = isNumber;
    }

    /// <summary>The id as it is.</summary>
    /// <param name="id">A text; digits stand for a number where one is documented.</param>
    public static implicit operator SonoranId(string id) => new(id);

    /// <summary>The id with hyphens, in lower case.</summary>
    /// <param name="id">A UUID.</param>
    public static implicit operator SonoranId(Guid id) => new(id.ToString("D"));

    /// <summary>The number in digits.</summary>
    /// <param name="id">A number.</param>
    public static implicit operator SonoranId(int id) => new(id.ToString(CultureInfo.InvariantCulture), isNumber: true);

    /// <inheritdoc cref="op_Implicit(int)"/>
    public static implicit operator SonoranId(long id) => new(id.ToString(CultureInfo.InvariantCulture), isNumber: true);

    /// <inheritdoc cref="op_Implicit(int)"/>
    public static implicit operator SonoranId(ulong id) => new(id.ToString(CultureInfo.InvariantCulture), isNumber: true);

    /// <summary>The id as it is sent, or nothing where it has none.</summary>
    public override string ToString() => _text ?? "";

    /// <summary>The id as text, or null where a null was handed over.</summary>
    internal string? Text => _text;

    /// <summary>Whether a number was handed over, which is one in a payload too.</summary>
    internal bool IsNumber { get; }

    /// <summary>Whether both are the same id, whatever form they were handed over in.</summary>
    /// <param name="other">Another id.</param>
    public bool Equals(SonoranId other) => _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text is null ? 0 : StringComparer.Ordinal.GetHashCode(_text);
}
