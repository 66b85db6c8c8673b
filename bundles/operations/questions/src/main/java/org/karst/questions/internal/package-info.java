/** How questions are read and answers are written. */
package org.karst.questions.internal;
