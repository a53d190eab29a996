using System;

namespace Sonoran.Json;

/// <summary>A value that is not sent; callers outside see an <see cref="ArgumentException"/> that names its place.</summary>
internal sealed class RefusedValueException : Exception
{
    /// <param name="words">What is wrong with the value, to stand behind its name.</param>
    /// <param name="within">The way to it from where it was met, such as <c>.name</c>.</param>
    /// <param name="cause">What a program's own member threw.</param>
    internal RefusedValueException(string words, string within = "", Exception? cause = null)
        : base(words, cause) => Within = within;

    internal string Within { get; }
}
